"""Nothing is said of the order, and so Recorder may come first.

root: q26_terminate_on_nan
band: core
advice: Ask to be run before Recorder.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        def after_batch(self):
            if not torch.isfinite(self.loss):
                raise CancelFitException

    return TerminateOnNaN
