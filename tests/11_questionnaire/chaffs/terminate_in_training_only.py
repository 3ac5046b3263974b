"""Losses are looked at after backward, where validation never comes.

root: q26_terminate_on_nan
band: core
advice: A loss of the validation part ends the fit as well: use an event that both parts have.
"""


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_backward(self):
            if not torch.isfinite(self.loss):
                raise CancelFitException

    return TerminateOnNaN
