"""The position is that within the epoch, so the schedule starts again in each.

root: ParamScheduler
band: core
advice: A schedule runs once through the whole fit: n_epochs / epochs.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if not self.run.in_train:
            return
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs % 1)
