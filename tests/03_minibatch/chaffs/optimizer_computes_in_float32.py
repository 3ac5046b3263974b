"""The step is computed in float32, whatever the dtype of the parameter.

root: Optimizer
band: robust
advice: Compute in the parameter's own dtype: float64 has twice the digits.
"""

import torch


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p.copy_(p.float() - self.lr * p.grad.float())
