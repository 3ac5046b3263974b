"""The hyper-parameters are read when the optimizer is made, so a schedule that writes to hypers changes nothing.

root: Optimizer
band: core
advice: Look the hyper-parameters up at each step, in the dict that others can write to.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        self.bound = [partial(cb, **hypers) for cb in self.cbs]

    def step(self):
        with torch.no_grad():
            for group in self.groups:
                for p in group:
                    if p.grad is not None:
                        for cb in self.bound:
                            self.state[p].update(cb(p, **self.state[p]) or {})
