"""The try stands around the loop over epochs, so a cancelled epoch is the last one.

root: Learner
band: core
advice: CancelEpochException skips the rest of one epoch: its try belongs inside the loop.
"""


class Learner(Learner):
    def _all_epochs(self):
        try:
            for epoch in range(self.n_epoch):
                self.epoch = epoch
                self("before_epoch")
                self._one_epoch()
                self("after_epoch")
        except CancelEpochException:
            self("after_cancel_epoch")
            self("after_epoch")
