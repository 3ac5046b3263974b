"""begin_batch keeps the batch and forgets to answer: None is a no, and every batch is skipped.

root: Callback
band: core
advice: The base class answers True at every landmark, also where it has something to keep.
"""


class Callback(Callback):
    def begin_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
