"""The parameters are told not to require gradients for the step, and never told again that they do.

root: Optimizer
band: core
advice: Put the update under torch.no_grad(), which ends with its block, and leave requires_grad alone.
"""


class Optimizer(Optimizer):
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.requires_grad_(False)
                p -= self.lr * p.grad
