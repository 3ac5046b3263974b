"""The step clears the gradients as well, so nobody can use them after it.

root: Optimizer
band: core
advice: Clearing is zero_grad's task alone: leave the gradients as they are in step().
"""


class Optimizer(Optimizer):
    def step(self):
        super().step()
        self.zero_grad()
