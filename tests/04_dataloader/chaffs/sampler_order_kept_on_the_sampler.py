"""The order of the pass is an attribute of the sampler, where a second loop overwrites it for the first.

root: Sampler
band: robust
advice: What belongs to one pass is a local variable of __iter__.
"""


class Sampler(Sampler):
    def __iter__(self):
        self.order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in range(len(self)):
            yield self.order[batch * self.bs : (batch + 1) * self.bs]
