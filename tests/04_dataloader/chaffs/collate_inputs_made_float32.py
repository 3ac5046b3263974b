"""The inputs become float32, whatever they were.

root: collate
band: core
advice: stack keeps the dtype: there is nothing to convert.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs).float(), torch.stack(ys)
