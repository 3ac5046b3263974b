"""after_step is fired when the gradients are zero already.

root: Learner
band: core
advice: The order is step, after_step, zero_grad: callbacks may look at the gradients of the step that was
taken.
"""


class Learner(Learner):
    def _one_batch(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")
        if not self.training:
            return
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self.opt.zero_grad()
        self("after_step")
