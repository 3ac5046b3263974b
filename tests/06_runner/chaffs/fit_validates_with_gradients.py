"""Validation runs with gradients on: memory for a backward pass that never comes.

root: Runner
band: core
advice: Only the training half needs gradients. There is a context manager for the other half.
"""


class Runner(Runner):
    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            for cb in self.cbs:
                if hasattr(cb, "set_runner"):
                    cb.set_runner(self)
            if self("begin_fit"):
                return
            for self.epoch in range(epochs):
                if not self("begin_epoch"):
                    self.all_batches(self.data.train_dl)
                if not self("begin_validate"):
                    self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    return
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None
