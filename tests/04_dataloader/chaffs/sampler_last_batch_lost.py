"""The number of batches is taken for (n - 1) // bs, one too few, so the last batch is lost even when it is full.

root: Sampler
band: core
advice: Count by hand for n = 4 and bs = 2, or let a range with a step do the counting.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in range((self.n - 1) // self.bs):
            yield order[batch * self.bs : (batch + 1) * self.bs]
