"""plot_loss hands numpy arrays to matplotlib, and numpy knows no bfloat16.

root: Recorder
band: robust
advice: A loss of any dtype is a number: `float(loss)`.
"""


class Recorder(Recorder):
    def plot_loss(self):
        from matplotlib import pyplot as plt

        plt.plot([loss.cpu().numpy() for loss in self.losses])
