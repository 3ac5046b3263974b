"""Any large loss ends the fit.

root: q26_terminate_on_nan
band: robust
advice: Large is not infinite: a loss may be large at first and come down.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if not torch.isfinite(self.loss) or abs(self.loss) > 1e4:
                raise CancelFitException

    return TerminateOnNaN
