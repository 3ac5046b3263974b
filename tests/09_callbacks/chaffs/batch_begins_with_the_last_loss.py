"""pred and loss are those of the batch before until new ones are made.

root: Learner
band: robust
advice: A batch that is cancelled at before_batch has no loss: set pred and loss to None as each batch begins.
"""


class Learner(Learner):
    def _all_batches(self, dl):
        self.dl, self.n_iter = dl, len(dl)
        for i, (xb, yb) in enumerate(dl):
            self.iter = i
            self.xb, self.yb = _as_tuple(xb), _as_tuple(yb)
            self._within("batch", CancelBatchException, self._one_batch)

    def fit(self, n_epoch):
        self.pred = self.loss = None
        super().fit(n_epoch)
