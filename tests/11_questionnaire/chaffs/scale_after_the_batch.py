"""The loss is multiplied at the end of the batch, when it has been used.

root: q24_scale_loss
band: core
advice: It has to be done as soon as the loss is there, before backward.
"""


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_batch(self):
            self.learn.loss = self.loss * factor

    return ScaleLoss
