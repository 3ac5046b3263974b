"""Batches are counted while the model is in train mode, which another callback may change.

root: TrainEvalCallback
band: core
advice: Frozen layers put a model into eval mode in the middle of training. Who knows which half this is?
"""


class TrainEvalCallback(TrainEvalCallback):
    def after_batch(self):
        if self.model.training:
            self.run.n_epochs += 1 / self.iters
            self.run.n_iter += 1
