"""Dimensions of size 1 are squeezed away, so a batch of one item is no batch any more.

root: collate
band: core
advice: The last batch of an epoch may hold a single item: its shape begins with 1.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs).squeeze(), torch.stack(ys).squeeze()
