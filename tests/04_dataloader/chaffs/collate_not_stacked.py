"""The items are sorted into inputs and targets, but not stacked into tensors.

root: collate
band: core
advice: A model wants one tensor: what joins equal shapes along a new dimension?
"""


def collate(batch):
    xs, ys = zip(*batch)
    return xs, ys
