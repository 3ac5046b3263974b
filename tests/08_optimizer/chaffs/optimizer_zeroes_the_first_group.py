"""zero_grad goes through the first group only, so the gradients of the others pile up.

root: Optimizer
band: core
advice: zero_grad is for all parameters of all groups.
"""


class Optimizer(Optimizer):
    def zero_grad(self):
        for p in self.groups[0]:
            p.grad = None
