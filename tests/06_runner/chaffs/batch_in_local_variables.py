"""The batch goes on with its own xb, yb, pred and loss, so what callbacks put into the runner has no effect.

root: Runner
band: core
advice: Callbacks may replace self.xb or self.loss: read them from the runner each time.
"""


class Runner(Runner):
    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        if self("begin_batch"):
            return
        pred = self.pred = self.model(xb)
        if self("after_pred"):
            return
        loss = self.loss = self.loss_func(pred, yb)
        if self("after_loss") or not self.in_train:
            return
        loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        if self("after_step"):
            return
        self.opt.zero_grad()
