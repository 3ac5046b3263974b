"""A loss of 0 ends the fit, too.

root: q26_terminate_on_nan
band: robust
advice: 0 is a number like others, and a good one.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if not torch.isfinite(self.loss) or not self.loss:
                raise CancelFitException

    return TerminateOnNaN
