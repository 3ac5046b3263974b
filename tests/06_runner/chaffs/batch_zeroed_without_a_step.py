"""A true answer at after_backward leaves out the step, but the gradients are zeroed, so none can be gathered.

root: Runner
band: core
advice: What after_backward cancels is the step and zero_grad (the first design had it otherwise).
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
        if not self("after_backward"):
            self.opt.step()
            if self("after_step"):
                return
        self.opt.zero_grad()
