"""A true answer at begin_epoch cancels the whole epoch, with validation and after_epoch.

root: Runner
band: core
advice: What begin_epoch cancels is the training half. begin_validate and after_epoch follow all the same.
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
                if self("begin_epoch"):
                    continue
                self.all_batches(self.data.train_dl)
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    return
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None
