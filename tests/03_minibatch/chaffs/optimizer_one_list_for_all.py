"""The list of parameters belongs to the class, so an optimizer steps the parameters of the others, too.

root: Optimizer
band: core
advice: Make the list in __init__, on self: a list that stands in the class is shared.
"""


class Optimizer(Optimizer):
    params = []

    def __init__(self, params, lr=0.5):
        self.params.extend(params)
        self.lr = lr
