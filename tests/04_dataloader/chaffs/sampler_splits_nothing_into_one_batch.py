"""The order is cut by split, which makes one empty batch of a data set without items.

root: Sampler
band: robust
advice: What does torch.arange(0).split(3) give?
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in order.split(self.bs):
            if len(batch) == self.bs or not self.drop_last:
                yield batch
