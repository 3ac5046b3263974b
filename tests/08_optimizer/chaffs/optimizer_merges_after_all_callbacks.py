"""What callbacks return goes into the state after the last of them, too late for the next one of the step.

root: Optimizer
band: core
advice: momentum_step needs the average that average_grad has just made: update the state after each callback.
"""


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    known = {**self.state[p], **hypers}
                    for answer in [cb(p, **known) for cb in self.cbs]:
                        self.state[p].update(answer or {})
