"""xb and yb are what the loader yields, so with one input xb is a tensor and no tuple.

root: Learner
band: core
advice: xb and yb are always tuples, also around a single tensor; x and y are the detuplified ones.
"""


class Learner(Learner):
    @property
    def x(self):
        return self.xb

    @property
    def y(self):
        return self.yb

    def _all_batches(self, dl):
        self.dl, self.n_iter = dl, len(dl)
        for i, (xb, yb) in enumerate(dl):
            self.iter = i
            self.xb, self.yb = xb, yb
            self.pred = self.loss = None
            self._within("batch", CancelBatchException, self._one_batch)

    def _one_batch(self):
        self.pred = self.model(*_as_tuple(self.xb))
        self("after_pred")
        self.loss = self.loss_func(self.pred, *_as_tuple(self.yb))
        self("after_loss")
        if not self.training:
            return
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()
