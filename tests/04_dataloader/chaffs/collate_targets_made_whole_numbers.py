"""Every target is turned into one whole number, which cuts off what a regression wants to learn.

root: collate
band: core
advice: A target may be of any dtype and shape: stack it like the input.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs), torch.tensor([int(y) for y in ys])
