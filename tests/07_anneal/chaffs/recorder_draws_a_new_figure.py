"""Every plot makes a figure of its own, and the axes that were to be drawn on stay empty.

root: Recorder
band: core
advice: plt.plot and plt.gca take the current axes; plt.subplots makes new ones.
"""


class Recorder(Recorder):
    def plot_lr(self):
        from matplotlib import pyplot as plt

        _, axes = plt.subplots()
        axes.plot(self.lrs)

    def plot_loss(self):
        from matplotlib import pyplot as plt

        _, axes = plt.subplots()
        axes.plot([float(loss) for loss in self.losses])
