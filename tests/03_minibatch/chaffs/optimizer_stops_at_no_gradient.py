"""The step ends at the first parameter without a gradient, and those after it stay where they are.

root: Optimizer
band: robust
advice: Pass over that one parameter and go on with the next.
"""

import torch


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is None:
                    return
                p -= self.lr * p.grad
