"""The losses are kept with the graphs that they were computed by, so memory grows with each batch.

root: Recorder
band: core
advice: Detach the loss before you keep it, or make a float of it.
"""


class Recorder(Recorder):
    def after_batch(self):
        if self.run.in_train:
            self.lrs.append(self.run.opt.param_groups[-1]["lr"])
            self.losses.append(self.run.loss)
