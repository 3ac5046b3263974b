"""The scheduler also sets its hyper-parameters before validation batches.

root: ParamScheduler
band: core
advice: No step is taken in validation, so there is nothing to schedule: look at self.training.
"""


class ParamScheduler(ParamScheduler):
    def before_batch(self):
        groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
        for name, sched in self.scheds.items():
            for group in groups:
                group[name] = sched(self.pct_train)
