"""The after_ event is fired for scopes that ran to their end only; after a cancellation it is left out.

root: Learner
band: core
advice: after_cancel_ comes in addition to the after_ event and before it: what was begun is also ended.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        try:
            self(f"before_{scope}")
            do()
        except cancel:
            self(f"after_cancel_{scope}")
        else:
            self(f"after_{scope}")
