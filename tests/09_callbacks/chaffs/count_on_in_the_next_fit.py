"""train_iter is set to zero at the learner's first fit only, and counts on in the next one.

root: TrainEvalCallback
band: robust
advice: train_iter is the number of training batches since the beginning of this fit: start it in
before_fit.
"""


class TrainEvalCallback(TrainEvalCallback):
    def before_fit(self):
        if not hasattr(self.learn, "train_iter"):
            self.learn.train_iter = 0
        self.learn.pct_train = 0.0
