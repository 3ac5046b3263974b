"""zero_grad multiplies the gradient with 0, which leaves NaN where there was NaN, and the history, too.

root: Optimizer
band: robust
advice: Write zeros, or let go of the gradient: what was there before must not matter.
"""


class Optimizer(Optimizer):
    def zero_grad(self):
        for group in self.groups:
            for p in group:
                if p.grad is not None:
                    p.grad = p.grad * 0
