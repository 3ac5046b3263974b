"""The answer of after_epoch is dropped, so a callback can't end the fit between epochs.

root: Runner
band: core
advice: A true answer at after_epoch cancels the rest of the fit: early stopping is written with it.
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
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                self("after_epoch")
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None
