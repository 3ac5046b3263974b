"""after_epoch is fired within the branch of a validation that was not cancelled.

root: Runner
band: core
advice: What begin_validate cancels is the validation. The epoch still has its end.
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
                    with torch.no_grad():
                        self.all_batches(self.data.valid_dl)
                    if self("after_epoch"):
                        return
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None
