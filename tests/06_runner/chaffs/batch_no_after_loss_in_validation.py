"""The runner returns before after_loss in validation, so nobody gets to see the validation loss.

root: Runner
band: core
advice: Validation has after_loss, too; what it doesn't have comes after that.
"""


class Runner(Runner):
    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        if self("begin_batch"):
            return
        self.pred = self.model(self.xb)
        if self("after_pred"):
            return
        self.loss = self.loss_func(self.pred, self.yb)
        if not self.in_train:
            return
        if self("after_loss"):
            return
        self.loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        if self("after_step"):
            return
        self.opt.zero_grad()
