"""The parameter is set in validation as well, to what belongs to the next training batch.

root: ParamScheduler
band: core
advice: begin_batch comes in validation, too: do nothing there.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs / self.run.epochs)
