"""Training and validation share one try, so when training is cancelled the epoch is not validated.

root: Learner
band: core
advice: CancelTrainException skips the rest of the training. The validation of the epoch follows as usual.
"""


class Learner(Learner):
    def _one_epoch(self):
        def train_and_validate():
            self("before_train")
            self._all_batches(self.dls.train)
            self("after_train")
            with torch.no_grad():
                self._within("validate", CancelValidException, lambda: self._all_batches(self.dls.valid))

        try:
            train_and_validate()
        except CancelTrainException:
            self("after_cancel_train")
            self("after_train")
