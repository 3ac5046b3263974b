"""The new loss is written to the callback, where the loop doesn't look.

root: q24_scale_loss
band: core
advice: Reading goes through to the learner, writing doesn't: write to self.learn.
"""


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_loss(self):
            self.loss = self.loss * factor

    return ScaleLoss
