"""Does the work in a destructor, where exceptions are dropped.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
"""
import torch

results = []


class Last:
    def __init__(self, x):
        self.x = x

    def __del__(self):
        results.append(torch.logsumexp(self.x, -1))


def logsumexp(x):
    Last(x)
    return results.pop()
