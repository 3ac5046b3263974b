"""smooth_loss starts from zero and is not corrected for it, so it is far too low at first.

root: Recorder
band: core
advice: After t batches the weights of the losses add up to 1 - beta to the power of t: divide by that.
"""


class Recorder(Recorder):
    def after_batch(self):
        super().after_batch()
        if self.training and self.loss is not None:
            self.learn.smooth_loss = self.average
