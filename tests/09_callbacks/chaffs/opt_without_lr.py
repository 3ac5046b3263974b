"""The learner's lr is never handed to opt_func, so the optimizer works with its own default.

root: Learner
band: core
advice: The optimizer is opt_func(parameters, lr=...), with the lr that the learner was given.
"""


class Learner(Learner):
    def fit(self, n_epoch):
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters())
        super().fit(n_epoch)
