"""The loss is compared with nan, which is equal to nothing.

root: q26_terminate_on_nan
band: core
advice: nan == nan is False: use a function that asks for nan.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if self.loss == float("nan") or torch.isinf(self.loss):
                raise CancelFitException

    return TerminateOnNaN
