"""A value of 0 is taken for no value, and the parameter stays as it was.

root: ParamScheduler
band: robust
advice: 0.0 is false in Python and yet a value. Don't ask whether it is true.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if not self.run.in_train:
            return
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs / self.run.epochs) or group[self.pname]
