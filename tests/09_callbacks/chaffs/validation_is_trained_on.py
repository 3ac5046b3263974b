"""backward and step are done for every batch, so the model learns from the validation set.

root: Learner
band: core
advice: After after_loss a validation batch is over. Look at self.training there.
"""


class Learner(Learner):
    def _one_epoch(self):
        self._within("train", CancelTrainException, lambda: self._all_batches(self.dls.train))
        self._within("validate", CancelValidException, lambda: self._all_batches(self.dls.valid))

    def _one_batch(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()
