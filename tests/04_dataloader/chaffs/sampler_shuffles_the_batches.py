"""The batches come in random order, but each holds neighbours in their old order.

root: Sampler
band: core
advice: Shuffle items, not batches: after a shuffle, items 0 and 1 are seldom in one batch.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle and self.n:
            parts = order.split(self.bs)
            order = torch.cat([parts[k] for k in torch.randperm(len(parts))])
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
