"""A parameter whose gradient is zero everywhere is passed over like one without a gradient.

root: Optimizer
band: robust
advice: A gradient of zero is a gradient: weights decay, averages shrink and momentum carries on. Ask only for None.
"""


class Optimizer(Optimizer):
    def step(self):
        zeros = [p for p in self.state if p.grad is not None and not p.grad.any()]
        kept = [p.grad for p in zeros]
        for p in zeros:
            p.grad = None
        super().step()
        for p, grad in zip(zeros, kept, strict=True):
            p.grad = grad
