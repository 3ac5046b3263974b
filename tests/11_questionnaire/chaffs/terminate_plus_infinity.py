"""Of the infinities only the positive one is noticed.

root: q26_terminate_on_nan
band: robust
advice: A loss can run away downwards, too.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if torch.isnan(self.loss) or self.loss == float("inf"):
                raise CancelFitException

    return TerminateOnNaN
