"""Validation runs with gradient tracking: nothing is learned, but the whole graph is built for each batch.

root: Learner
band: core
advice: Switch gradients off around the validation. Eval mode doesn't do that: it is about dropout and batch
norm.
"""


class Learner(Learner):
    def _one_epoch(self):
        self._within("train", CancelTrainException, lambda: self._all_batches(self.dls.train))
        self._within("validate", CancelValidException, lambda: self._all_batches(self.dls.valid))
