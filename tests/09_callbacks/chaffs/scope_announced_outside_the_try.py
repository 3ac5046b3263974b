"""The before_ events stand in front of the try, so a scope misses a cancellation that is raised in its own.

root: Learner
band: core
advice: before_batch belongs to the batch: who cancels there wants this batch skipped. Move the announcement
into the try.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        self(f"before_{scope}")
        try:
            do()
        except cancel:
            self(f"after_cancel_{scope}")
        self(f"after_{scope}")
