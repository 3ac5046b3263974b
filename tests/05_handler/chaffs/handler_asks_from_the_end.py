"""The callbacks are asked from the last of the list to the first.

root: CallbackHandler
band: core
advice: The order of the list is the order of asking.
"""


class CallbackHandler(CallbackHandler):
    def _all(self, landmark, *args):
        return all(getattr(cb, landmark)(*args) for cb in reversed(self.cbs))

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

    def after_fit(self):
        answers = [cb.after_fit() for cb in reversed(self.cbs)]
        return all(answers)
