"""zero_grad passes over parameters that don't require grad, though a frozen one may have a gradient left.

root: Optimizer
band: robust
advice: Whatever the parameter is now, what it has in p.grad has to go.
"""


class Optimizer(Optimizer):
    def zero_grad(self):
        for p in self.params:
            if p.requires_grad:
                p.grad = None
