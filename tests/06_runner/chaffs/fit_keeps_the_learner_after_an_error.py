"""The learner is let go on the last line of fit, which an exception never reaches.

root: Runner
band: core
advice: What has to happen however a fit ends belongs into `finally`.
"""


class Runner(Runner):
    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
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
        finally:
            self("after_fit")
        self.learn = None
