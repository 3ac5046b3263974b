"""The loss is noted when a batch begins, when it is still the loss of the batch before.

root: Recorder
band: core
advice: Note it when this batch's loss is known: at the batch's end, or after the loss.
"""


class Recorder(Recorder):
    def begin_batch(self):
        if self.run.in_train:
            self.lrs.append(self.run.opt.param_groups[-1]["lr"])
            loss = getattr(self.run, "loss", None)
            self.losses.append(0.0 if loss is None else loss.detach().cpu())

    def after_batch(self):
        pass
