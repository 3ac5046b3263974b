"""The counters are moved on when a batch begins, so during the first batch n_iter is 1 already.

root: TrainEvalCallback
band: core
advice: A batch is counted when it is over: at its begin, n_iter says how many are done.
"""


class TrainEvalCallback(TrainEvalCallback):
    def begin_batch(self):
        if self.in_train:
            self.run.n_epochs += 1 / self.iters
            self.run.n_iter += 1

    def after_batch(self):
        pass
