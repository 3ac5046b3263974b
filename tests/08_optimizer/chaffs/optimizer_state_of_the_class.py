"""The state belongs to the class, so a second optimizer of the same parameters starts from the averages of the first.

root: Optimizer
band: robust
advice: What is written in the body of the class is there once for all optimizers: make the dict in __init__.
"""


class Optimizer(Optimizer):
    states = {}

    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        self.state = {p: self.states.setdefault(p, {}) for p in self.state}
