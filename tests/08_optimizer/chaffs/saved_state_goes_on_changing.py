"""state_dict hands out the optimizer's own dicts, so what was saved changes with the steps that follow.

root: Optimizer
band: robust
advice: What is saved must stay as it was: copy it, down to the tensors.
"""


class Optimizer(Optimizer):
    def state_dict(self):
        return {"state": [self.state[p] for group in self.groups for p in group], "hypers": self.hypers}
