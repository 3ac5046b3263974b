"""Only the first param group is changed.

root: ParamScheduler
band: core
advice: An optimizer has a list of param groups: set the parameter in each of them.
"""


class ParamScheduler(ParamScheduler):
    def begin_batch(self):
        if self.run.in_train:
            scheds = self.sched_funcs
            sched = scheds if callable(scheds) else scheds[0]
            self.run.opt.param_groups[0][self.pname] = sched(self.run.n_epochs / self.run.epochs)
