"""The loss is scaled before backward, and the step is taken with the gradients of the scaled loss.

root: MixedPrecision
band: stretch
advice: What was multiplied before backward has to be divided out of the gradients before the step.
"""


class MixedPrecision(MixedPrecision):
    def after_backward(self):
        self.put_back()
