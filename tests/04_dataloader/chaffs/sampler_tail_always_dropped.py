"""The smaller last batch is never yielded, asked for or not.

root: Sampler
band: core
advice: With 10 items in batches of 3 the last batch has one item: a whole division forgets it.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in range(self.n // self.bs):
            yield order[batch * self.bs : (batch + 1) * self.bs]
