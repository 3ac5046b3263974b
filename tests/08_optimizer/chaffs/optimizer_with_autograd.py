"""The callbacks are called while autograd is on, which forbids changing a parameter in place.

root: Optimizer
band: robust
advice: A step is not part of the computation that is differentiated: turn autograd off around it.
"""


class Optimizer(Optimizer):
    def step(self):
        for group, hypers in zip(self.groups, self.hypers, strict=True):
            for p in group:
                if p.grad is None:
                    continue
                state = self.state[p]
                for cb in self.cbs:
                    state.update(cb(p, **{**state, **hypers}) or {})
