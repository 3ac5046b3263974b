"""A batch that is cancelled at its beginning ends the loop over batches, too.

root: Runner
band: core
advice: begin_batch announces one batch, and cancels one. To end the loop there is stop.
"""


class Runner(Runner):
    def __call__(self, event):
        cancelled = super().__call__(event)
        if event == "begin_batch" and cancelled:
            self.stop = True
        return cancelled
