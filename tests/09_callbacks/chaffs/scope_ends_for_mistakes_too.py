"""The after_ events are fired in a finally, so callbacks hear of an end when a mistake broke the fit off.

root: Learner
band: core
advice: after_fit tells of a normal or a cancelled end. On any other exception no event is fired: it goes to
the caller as it is.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        try:
            self(f"before_{scope}")
            do()
        except cancel:
            self(f"after_cancel_{scope}")
        finally:
            self(f"after_{scope}")
