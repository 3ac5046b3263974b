"""The hyper-parameter is set in the first group of parameters only.

root: ParamScheduler
band: core
advice: An optimizer may have several groups, each with its own hyper-parameters: set it in all of them.
"""


class ParamScheduler(ParamScheduler):
    def before_batch(self):
        if not self.training:
            return
        groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
        for name, sched in self.scheds.items():
            groups[0][name] = sched(self.pct_train)
