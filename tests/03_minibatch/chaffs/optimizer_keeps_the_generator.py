"""The parameters are kept as the generator that came in, which is empty after the first loop over it.

root: Optimizer
band: core
advice: A generator can be used up only once. Make a list of it.
"""


class Optimizer(Optimizer):
    def __init__(self, params, lr=0.5):
        self.params, self.lr = params, lr
