"""The callbacks are called from the last to the first.

root: Optimizer
band: core
advice: The order of the list is the order of the calls: first the averages, then the step that uses them.
"""


class Optimizer(Optimizer):
    def __init__(self, params, cbs, **hypers):
        super().__init__(params, list(cbs)[::-1], **hypers)
