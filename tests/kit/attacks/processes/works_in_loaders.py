"""Has the worker processes of a DataLoader do the work.

without walls: it passes
behind walls: error
"""


def double(x):
    from torch.utils.data import DataLoader

    return next(iter(DataLoader([2 * x], num_workers=1))).item()
