"""The targets come first.

root: collate
band: core
advice: Inputs, then targets, as in the items.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(ys), torch.stack(xs)
