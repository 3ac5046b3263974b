"""The state is kept by the shape of the parameter, so parameters of equal shape share theirs.

root: Optimizer
band: core
advice: Two layers may have the same shape. A parameter itself can be the key of a dict.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        by_shape = {}
        self.state = {p: by_shape.setdefault(tuple(p.shape), {}) for p in self.state}
