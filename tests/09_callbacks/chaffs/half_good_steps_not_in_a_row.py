"""Good steps are counted on over a bad one, so that the factor doubles too soon.

root: MixedPrecision
band: stretch
advice: In a row means since the last bad one: it puts the count back to 0.
"""


class MixedPrecision(MixedPrecision):
    def after_backward(self):
        before = self.good_steps
        try:
            super().after_backward()
        except CancelBatchException:
            self.good_steps = before
            raise
