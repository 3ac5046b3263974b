"""Gradients are cleared by multiplying them by 0, which leaves nan and infinity as nan.

root: Optimizer
band: robust
advice: 0 times nan is nan. Fill with zeros, or set the gradient to None.
"""


class Optimizer(Optimizer):
    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = p.grad * 0
