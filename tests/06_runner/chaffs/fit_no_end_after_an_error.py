"""An exception passes without after_fit, and the runner keeps the learner.

root: Runner
band: core
advice: `finally` runs however the block before it is left, and the exception goes on afterwards.
"""


class Runner(Runner):
    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        for cb in self.cbs:
            if hasattr(cb, "set_runner"):
                cb.set_runner(self)
        if not self("begin_fit"):
            for self.epoch in range(epochs):
                if not self("begin_epoch"):
                    self.all_batches(self.data.train_dl)
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    break
        self("after_fit")
        self.learn = None
