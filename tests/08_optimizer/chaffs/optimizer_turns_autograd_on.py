"""After a step autograd is on, even where the caller had turned it off.

root: Optimizer
band: robust
advice: set_grad_enabled(True) is a guess. A with-block puts back what was there before.
"""

import torch


class Optimizer(Optimizer):
    def step(self):
        try:
            super().step()
        finally:
            torch.set_grad_enabled(True)
