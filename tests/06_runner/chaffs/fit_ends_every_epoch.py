"""after_fit is fired after every epoch instead of once at the end.

root: Runner
band: core
advice: A fit has one end. after_fit belongs after the loop over epochs.
"""


class Runner(Runner):
    def __call__(self, event):
        cancelled = super().__call__(event)
        if event == "after_epoch" and not cancelled and self.epoch + 1 < self.epochs:
            super().__call__("after_fit")
        return cancelled
