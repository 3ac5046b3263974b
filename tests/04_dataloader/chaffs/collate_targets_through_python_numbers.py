"""The targets become Python's numbers and then a tensor again, which guesses: float64 comes back as float32.

root: collate
band: robust
advice: Stack the tensors that you have: that keeps their dtype.
"""


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs), torch.tensor([y.tolist() for y in ys])
