"""The learning rate is the same for every optimizer, whatever lr is passed.

root: Optimizer
band: core
advice: Keep the lr that is passed on self, and use that one in step().
"""

import torch

lr = 0.5


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= lr * p.grad
