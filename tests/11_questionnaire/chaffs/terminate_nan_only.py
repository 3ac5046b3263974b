"""Only nan ends the fit.

root: q26_terminate_on_nan
band: core
advice: An infinite loss is past saving as well.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if torch.isnan(self.loss):
                raise CancelFitException

    return TerminateOnNaN
