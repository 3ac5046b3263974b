"""Only finished epochs count, so the value changes once an epoch instead of at each batch.

root: ParamScheduler
band: core
advice: n_epochs is a float that grows with each batch: use it as it is.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if not self.run.in_train:
            return
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(int(self.run.n_epochs) / self.run.epochs)
