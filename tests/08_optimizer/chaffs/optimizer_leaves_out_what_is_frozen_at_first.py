"""Parameters that are frozen when the optimizer is made are left out for good, unfrozen later or not.

root: Optimizer
band: robust
advice: Which parameters have a gradient may change from step to step: keep all, and ask at each step.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        self.groups = [[p for p in group if p.requires_grad] for group in self.groups]
