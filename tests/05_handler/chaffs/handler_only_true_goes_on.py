"""Only the object True is taken for a yes, so 1 or "go on" is a no.

root: CallbackHandler
band: robust
advice: Ask whether the answer is true, as `if` does, not whether it is the object True.
"""


class CallbackHandler(CallbackHandler):
    def _all(self, landmark, *args):
        return all(getattr(cb, landmark)(*args) is True for cb in self.cbs)

    def begin_fit(self, learn):
        self.learn, self.in_train, learn.stop = learn, True, False
        return self._all("begin_fit", learn)

    def begin_epoch(self, epoch):
        self.learn.model.train()
        self.in_train = True
        return self._all("begin_epoch", epoch)

    def begin_batch(self, xb, yb):
        return self._all("begin_batch", xb, yb)

    def after_loss(self, loss):
        return self._all("after_loss", loss) and self.in_train

    def after_backward(self):
        return self._all("after_backward")

    def after_step(self):
        return self._all("after_step")

    def begin_validate(self):
        self.learn.model.eval()
        self.in_train = False
        return self._all("begin_validate")

    def after_epoch(self):
        return self._all("after_epoch")
