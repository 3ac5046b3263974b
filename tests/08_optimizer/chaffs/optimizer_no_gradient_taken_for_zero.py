"""A parameter without a gradient is treated as if that were zero: it decays, coasts and counts steps.

root: Optimizer
band: robust
advice: No gradient means that the parameter took no part in the loss. Pass it over altogether.
"""


class Optimizer(Optimizer):
    def step(self):
        for group in self.groups:
            for p in group:
                if p.grad is None:
                    p.grad = torch.zeros_like(p)
        super().step()
