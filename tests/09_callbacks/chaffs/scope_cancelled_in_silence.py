"""A cancellation is caught, but its after_cancel_ event is never fired.

root: Learner
band: core
advice: Callbacks want to know that a scope was cut short: tell them in the except, before the after_ event.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        try:
            self(f"before_{scope}")
            do()
        except cancel:
            pass
        self(f"after_{scope}")
