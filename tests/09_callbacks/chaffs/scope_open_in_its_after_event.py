"""The after_ event stands within the try, so a scope that is over can still be cancelled.

root: Learner
band: robust
advice: At after_batch the batch is over: CancelBatchException there is a mistake that the caller has to see.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        ended = False
        try:
            self(f"before_{scope}")
            do()
            ended = True
            self(f"after_{scope}")
        except cancel:
            self(f"after_cancel_{scope}")
            if not ended:
                self(f"after_{scope}")
