"""The schedules of the groups are kept as an iterator, which is used up after the first batch.

root: ParamScheduler
band: robust
advice: They are needed at every batch: keep a list, and begin at its start each time.
"""


class ParamScheduler(ParamScheduler):
    def __init__(self, pname, sched_funcs):
        super().__init__(pname, sched_funcs if callable(sched_funcs) else iter(sched_funcs))

    def begin_batch(self):
        if not self.run.in_train:
            return
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds):
            group[self.pname] = sched(self.run.n_epochs / self.run.epochs)
