"""Every exception is taken for a cancelled fit, so a mistake in a callback or the model ends it in silence.

root: Learner
band: core
advice: Catch the five exceptions that mean something to the loop. Any other one is a bug, and whoever
called fit has to see it.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        super()._within(scope, Exception if scope == "fit" else cancel, do)
