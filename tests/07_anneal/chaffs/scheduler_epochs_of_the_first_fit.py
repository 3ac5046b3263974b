"""The number of epochs is remembered from the first fit, so a longer one runs beyond the end of the schedule.

root: ParamScheduler
band: core
advice: Ask the run that is going on: run.epochs, at each batch.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if not self.run.in_train:
            return
        if not hasattr(self, "epochs"):
            self.epochs = self.run.epochs
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs / self.epochs)
