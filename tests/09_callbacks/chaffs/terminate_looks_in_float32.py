"""The loss is looked at in float32, where large float64 losses are infinite.

root: TerminateOnNaN
band: robust
advice: Ask torch.isfinite of the loss as it is: it knows every floating dtype.
"""


class TerminateOnNaN(TerminateOnNaN):
    def after_batch(self):
        if self.loss is not None and not self.loss.detach().float().isfinite():
            raise CancelFitException
