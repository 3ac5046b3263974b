"""A true answer at after_loss leaves out backward only: the step is taken and the gradients are zeroed.

root: Runner
band: core
advice: What after_loss cancels is all the learning from this batch: backward, step and zero_grad.
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
        cancelled = self("after_loss")
        if not self.in_train:
            return
        if not cancelled:
            self.loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        if self("after_step"):
            return
        self.opt.zero_grad()
