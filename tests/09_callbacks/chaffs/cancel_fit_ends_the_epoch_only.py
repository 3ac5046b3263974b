"""The scope of the epoch catches CancelFitException as well, and the next epoch begins.

root: Learner
band: core
advice: Only the fit may catch CancelFitException, outside of the loop over epochs.
"""


class Learner(Learner):
    def _all_epochs(self):
        for epoch in range(self.n_epoch):
            self.epoch = epoch
            self._within("epoch", (CancelEpochException, CancelFitException), self._one_epoch)
