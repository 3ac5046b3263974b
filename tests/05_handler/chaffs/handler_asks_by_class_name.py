"""The callbacks are sorted by the names of their classes instead of left in the order given.

root: CallbackHandler
band: core
advice: Whoever made the list chose its order. Leave it alone.
"""


class CallbackHandler(CallbackHandler):
    def _all(self, landmark, *args):
        return all(getattr(cb, landmark)(*args) for cb in self.cbs)

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

    def __init__(self, cbs=None):
        super().__init__(sorted(cbs or [], key=lambda cb: type(cb).__name__))
