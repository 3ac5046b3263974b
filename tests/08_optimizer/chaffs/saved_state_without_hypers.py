"""The hyper-parameters are not saved, so the optimizer goes on with those that it was made with.

root: Optimizer
band: robust
advice: Where a schedule had got to is in the hyper-parameters: save and load them with the state.
"""


class Optimizer(Optimizer):
    def load_state_dict(self, saved):
        hypers = self.hypers
        super().load_state_dict(saved)
        self.hypers = hypers
