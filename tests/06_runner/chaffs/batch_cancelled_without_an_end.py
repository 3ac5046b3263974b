"""after_batch is left out for a batch that was cancelled at its beginning.

root: Runner
band: core
advice: after_batch follows every batch: counters and progress bars rely on it.
"""


class Runner(Runner):
    def one_batch(self, xb, yb):
        self.batch_begun = False
        super().one_batch(xb, yb)

    def __call__(self, event):
        if event == "after_batch" and not self.batch_begun:
            return False
        cancelled = super().__call__(event)
        if event == "begin_batch":
            self.batch_begun = not cancelled
        return cancelled
