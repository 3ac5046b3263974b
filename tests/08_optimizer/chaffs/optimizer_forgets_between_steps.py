"""The state lives for one step only, so every average starts anew each time.

root: Optimizer
band: core
advice: What a callback returns has to be there at the next step too: keep it on the optimizer.
"""


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    state = {}
                    for cb in self.cbs:
                        state.update(cb(p, **{**state, **hypers}) or {})
                    self.state[p] = state
