"""stop ends the fit: no validation, no after_epoch, no further epoch.

root: Runner
band: core
advice: stop ends one loop over batches. The fit goes on with what comes after that loop.
"""


class Runner(Runner):
    def all_batches(self, dl):
        self.iters = len(dl)
        for xb, yb in dl:
            self.one_batch(xb, yb)
            self("after_batch")
            if self.stop:
                break

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
                if self.stop:
                    return
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                if self.stop or self("after_epoch"):
                    return
        finally:
            self.stop = False
            try:
                self("after_fit")
            finally:
                self.learn = None
