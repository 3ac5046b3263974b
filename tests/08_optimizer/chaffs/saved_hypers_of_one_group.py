"""After loading, all groups have the hyper-parameters of the first one.

root: Optimizer
band: robust
advice: Each group has a dict of its own: save the list of them.
"""


class Optimizer(Optimizer):
    def load_state_dict(self, saved):
        super().load_state_dict(saved)
        self.hypers = [dict(self.hypers[0]) for _ in self.groups]
