"""What a callback is told is kept on the class, so all callbacks of all fits share one notebook.

root: Callback
band: robust
advice: Each callback keeps what it was told itself: two fits with two learners must not mix.
"""


class Callback(Callback):
    def begin_fit(self, learn):
        Callback.learn = learn
        return True

    def begin_epoch(self, epoch):
        Callback.epoch = epoch
        return True

    def begin_batch(self, xb, yb):
        Callback.xb, Callback.yb = xb, yb
        return True

    def after_loss(self, loss):
        Callback.loss = loss
        return True
