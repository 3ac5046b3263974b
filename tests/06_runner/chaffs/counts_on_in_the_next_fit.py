"""The counters are set to 0 in the first fit only, and a second one goes on from there.

root: TrainEvalCallback
band: robust
advice: begin_fit is fired at each fit: whatever belongs to one fit begins anew there.
"""


class TrainEvalCallback(TrainEvalCallback):
    def begin_fit(self):
        if not hasattr(self.run, "n_iter"):
            super().begin_fit()
