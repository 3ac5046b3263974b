"""A parameter without a gradient makes the step fail.

root: Optimizer
band: robust
advice: Layers that are frozen or unused have grad None: look before you call the callbacks.
"""


class Optimizer(Optimizer):
    def step(self):
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    state = self.state[p]
                    for cb in self.cbs:
                        state.update(cb(p, **{**state, **hypers}) or {})
