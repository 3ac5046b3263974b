"""A generator of parameters is gone through once in the constructor, and nothing is left of it for the steps.

root: Optimizer
band: core
advice: model.parameters() can be gone through once only: make a list of it first.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        nested = isinstance(params, list) and params and isinstance(params[0], list)
        self.groups = params if nested else [params]
        self.cbs = list(cbs)
        self.hypers = [dict(hypers) for _ in self.groups]
        self.state = {p: {} for group in self.groups for p in group}
