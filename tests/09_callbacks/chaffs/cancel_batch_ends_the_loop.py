"""The try stands around the loop over batches, so one cancelled batch takes all later ones with it.

root: Learner
band: core
advice: CancelBatchException skips the rest of one batch: its try belongs inside the loop.
"""


class Learner(Learner):
    def _all_batches(self, dl):
        self.dl, self.n_iter = dl, len(dl)
        try:
            for i, (xb, yb) in enumerate(dl):
                self.iter = i
                self.xb, self.yb = _as_tuple(xb), _as_tuple(yb)
                self.pred = self.loss = None
                self("before_batch")
                self._one_batch()
                self("after_batch")
        except CancelBatchException:
            self("after_cancel_batch")
            self("after_batch")
