"""zero_grad asks whether a parameter is being trained, so one that was frozen meanwhile is stepped on and on.

root: Optimizer
band: robust
advice: step goes by p.grad, so zero_grad should, too. requires_grad says what the next backward will do.
"""


class Optimizer(Optimizer):
    def zero_grad(self):
        for group in self.groups:
            for p in group:
                if p.requires_grad:
                    p.grad = None
