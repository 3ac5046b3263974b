"""n_epochs is set to 0 when the fit begins and then only grows: after an epoch that was stopped, it lags behind.

root: TrainEvalCallback
band: core
advice: At begin_epoch, n_epochs is the epoch's number, however many batches the last one had.
"""


class TrainEvalCallback(TrainEvalCallback):
    def begin_epoch(self):
        self.run.in_train = True
        self.model.train()
