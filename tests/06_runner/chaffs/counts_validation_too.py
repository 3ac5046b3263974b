"""The counters go on in validation, so an epoch counts for more than one.

root: TrainEvalCallback
band: core
advice: after_batch is fired in both phases. Ask which of them it is before you count.
"""


class TrainEvalCallback(TrainEvalCallback):
    def after_batch(self):
        self.run.n_epochs += 1 / self.iters
        self.run.n_iter += 1
