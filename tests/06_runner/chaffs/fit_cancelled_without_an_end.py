"""A true answer at begin_fit returns before the `try`, so after_fit is not fired and the learner is kept.

root: Runner
band: core
advice: after_fit always runs, also after a fit that was cancelled before it began.
"""


class Runner(Runner):
    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        for cb in self.cbs:
            if hasattr(cb, "set_runner"):
                cb.set_runner(self)
        if self("begin_fit"):
            return
        try:
            for self.epoch in range(epochs):
                if not self("begin_epoch"):
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
