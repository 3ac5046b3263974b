"""All gradients are cleared inside the loop over the parameters, so only the first parameter moves.

root: Optimizer
band: core
advice: Look at the second parameter after a step. What runs once for each parameter must not touch the others.
"""

import torch


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad
                    self.zero_grad()
