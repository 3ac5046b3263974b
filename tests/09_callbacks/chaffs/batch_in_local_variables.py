"""The batch goes on with its own pred and loss, so what callbacks put into the learner has no effect.

root: Learner
band: core
advice: Callbacks may replace learn.pred or learn.loss: read them from self each time.
"""


class Learner(Learner):
    def _one_batch(self):
        pred = self.pred = self.model(*self.xb)
        self("after_pred")
        loss = self.loss = self.loss_func(pred, *self.yb)
        self("after_loss")
        if not self.training:
            return
        loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()
