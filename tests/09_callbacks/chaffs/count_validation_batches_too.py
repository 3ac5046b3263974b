"""train_iter and pct_train are moved on by validation batches as well.

root: TrainEvalCallback
band: core
advice: Both tell how far training is: count a batch only if learn.training is true.
"""


class TrainEvalCallback(TrainEvalCallback):
    def after_batch(self):
        self.learn.train_iter += 1
        self.learn.pct_train += 1 / (self.n_iter * self.n_epoch)
