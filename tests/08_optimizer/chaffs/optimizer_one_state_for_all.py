"""There is one state for all parameters, so each goes on with the averages of the one before it.

root: Optimizer
band: core
advice: An average of gradients belongs to one parameter: keep a dict for each.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, cbs, **hypers)
        self.state = dict.fromkeys(self.state, {})
