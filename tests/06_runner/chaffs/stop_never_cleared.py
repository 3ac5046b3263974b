"""stop stays True after the loop that it ended, so every later loop ends after its first batch.

root: Runner
band: core
advice: stop is about the current loop over batches. Once that is over, it is False again.
"""


class Runner(Runner):
    def all_batches(self, dl):
        self.iters = len(dl)
        for xb, yb in dl:
            self.one_batch(xb, yb)
            self("after_batch")
            if self.stop:
                break
