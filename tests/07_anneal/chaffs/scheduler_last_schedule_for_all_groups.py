"""With one schedule per group each of them writes into all groups, so the last one wins everywhere.

root: ParamScheduler
band: robust
advice: Take groups and schedules in pairs: the first schedule is for the first group only.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if not self.run.in_train:
            return
        scheds = [self.sched_funcs] if callable(self.sched_funcs) else self.sched_funcs
        for sched in scheds:
            for group in self.run.opt.param_groups:
                group[self.pname] = sched(self.run.n_epochs / self.run.epochs)
