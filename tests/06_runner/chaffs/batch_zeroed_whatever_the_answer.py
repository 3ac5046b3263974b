"""after_step is fired, but its answer is dropped, and zero_grad follows in any case.

root: Runner
band: core
advice: Whoever cancels at after_step wants to keep the gradients.
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
        if self("after_loss") or not self.in_train:
            return
        self.loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()
