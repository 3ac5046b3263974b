"""Validation batches are noted among the training batches.

root: Recorder
band: core
advice: after_batch comes after validation batches, too: note only while the runner is in training.
"""


class Recorder(Recorder):
    def after_batch(self):
        self.lrs.append(self.run.opt.param_groups[-1]["lr"])
        self.losses.append(self.run.loss.detach().cpu())
