"""An infinite loss does not end the fit.

root: TerminateOnNaN
band: core
advice: A loss that has become infinite is as lost as nan: test for both, or for not being finite.
"""


class TerminateOnNaN(TerminateOnNaN):
    def after_batch(self):
        if self.loss is not None and math.isnan(float(self.loss.detach())):
            raise CancelFitException
