"""Loss and lr are noted once for each param group, not once a batch.

root: Recorder
band: core
advice: One batch, one note: the lr is that of the last group.
"""


class Recorder(Recorder):
    def after_batch(self):
        if self.run.in_train:
            for group in self.run.opt.param_groups:
                self.lrs.append(group["lr"])
                self.losses.append(self.run.loss.detach().cpu())
