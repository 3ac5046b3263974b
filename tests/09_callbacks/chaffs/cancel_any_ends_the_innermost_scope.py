"""Each scope catches all five exceptions, so a cancelled fit, raised in a batch, skips that batch only.

root: Learner
band: core
advice: A scope catches its own exception. Those of the scopes around it have to pass.
"""


class Learner(Learner):
    def _within(self, scope, cancel, do):
        anything = (
            CancelBatchException,
            CancelTrainException,
            CancelValidException,
            CancelEpochException,
            CancelFitException,
        )
        super()._within(scope, anything, do)
