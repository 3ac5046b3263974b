"""The wrong exception is raised.

root: q26_terminate_on_nan
band: core
advice: The exception that ends a fit is handed to you: raise that one.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if not torch.isfinite(self.loss):
                raise StopIteration

    return TerminateOnNaN
