"""The param groups are looked up at the first batch and kept, so in a second fit another optimizer is left alone.

root: ParamScheduler
band: robust
advice: Read the groups from the runner at each batch: the next fit may bring another optimizer.
"""


class ParamScheduler(ParamScheduler):
    groups = None

    def begin_batch(self):
        if not self.run.in_train:
            return
        if self.groups is None:
            self.groups = self.run.opt.param_groups
        scheds = self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(self.groups)
        for group, sched in zip(self.groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs / self.run.epochs)
