"""pct_train goes from 0 to 1 in every epoch, so schedules start over each time.

root: TrainEvalCallback
band: core
advice: pct_train is the share of the whole training: one batch is 1 / (n_iter * n_epoch) of it.
"""


class TrainEvalCallback(TrainEvalCallback):
    def before_train(self):
        super().before_train()
        self.learn.pct_train = 0.0

    def after_batch(self):
        if self.training:
            self.learn.train_iter += 1
            self.learn.pct_train += 1 / self.n_iter
