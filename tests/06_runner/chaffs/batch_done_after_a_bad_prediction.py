"""A true answer at after_pred is not acted on: the loss is computed, and the step is taken.

root: Runner
band: core
advice: Whoever cancels at after_pred wants the rest of this batch left out.
"""


class Runner(Runner):
    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        if self("begin_batch"):
            return
        self.pred = self.model(self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, self.yb)
        if self("after_loss") or not self.in_train:
            return
        self.loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        if self("after_step"):
            return
        self.opt.zero_grad()
