"""A list is kept as it is, and only other iterables become one: the caller's list is the optimizer's.

root: Optimizer
band: robust
advice: list(params) makes a new list of a list, too.
"""


class Optimizer(Optimizer):
    def __init__(self, params, lr=0.5):
        self.params = params if isinstance(params, list) else list(params)
        self.lr = lr
