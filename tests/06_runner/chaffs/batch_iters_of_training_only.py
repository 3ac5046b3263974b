"""iters is set before the training half, and validation goes on with that number.

root: Runner
band: core
advice: Each loop over batches has its own number of them: set iters where the loop begins.
"""


class Runner(Runner):
    def all_batches(self, dl):
        if self.in_train:
            self.iters = len(dl)
        for xb, yb in dl:
            self.one_batch(xb, yb)
            self("after_batch")
            if self.stop:
                break
        self.stop = False
