"""The targets become floats.

root: collate
band: core
advice: Class numbers stay int64: a loss that picks by index needs them so.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs), torch.stack(ys).float()
