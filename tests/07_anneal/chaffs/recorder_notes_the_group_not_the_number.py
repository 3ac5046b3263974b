"""The param group is noted instead of its lr, so all notes show the lr that it has now.

root: Recorder
band: core
advice: A dict that changes is no note of what it was: look the number up at each batch, and keep that.
"""


class Recorder(Recorder):
    def begin_fit(self):
        self.groups, self.losses = [], []

    def after_batch(self):
        if self.run.in_train:
            self.groups.append(self.run.opt.param_groups[-1])
            self.losses.append(self.run.loss.detach().cpu())

    @property
    def lrs(self):
        return [group["lr"] for group in self.groups]
