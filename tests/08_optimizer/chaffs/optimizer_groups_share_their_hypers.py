"""All groups are given the same dict of hyper-parameters, so setting one group sets them all.

root: Optimizer
band: core
advice: A list multiplied by n holds the same dict n times: make a new dict for each group.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        self.hypers = [hypers] * len(self.groups)
