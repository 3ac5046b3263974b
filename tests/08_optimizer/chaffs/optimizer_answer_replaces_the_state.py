"""A returned dict takes the place of the state instead of updating it, so what other callbacks returned is lost.

root: Optimizer
band: core
advice: The state holds what several callbacks remember: merge the new entries into it.
"""


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    for cb in self.cbs:
                        answer = cb(p, **{**self.state[p], **hypers})
                        if answer is not None:
                            self.state[p] = answer
