"""The caller's list is emptied while the batch is made.

root: collate
band: robust
advice: Read the list, don't take from it: it belongs to the caller.
"""


def collate(batch):
    xs, ys = [], []
    while batch:
        x, y = batch.pop(0)
        xs.append(x)
        ys.append(y)
    return torch.stack(xs), torch.stack(ys)
