"""load_state_dict takes over the saved dicts themselves, so two optimizers that load the same save share their state.

root: Optimizer
band: robust
advice: Copy when you load, too: a save can be loaded more than once.
"""


class Optimizer(Optimizer):
    def load_state_dict(self, saved):
        self.hypers = saved["hypers"]
        everything = [p for group in self.groups for p in group]
        self.state = dict(zip(everything, saved["state"], strict=True))
