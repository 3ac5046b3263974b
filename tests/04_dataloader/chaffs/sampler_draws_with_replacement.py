"""Indices are drawn one by one with replacement, so some items come twice and others not at all.

root: Sampler
band: core
advice: A pass shows each item once: count them over a pass.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randint(self.n, (self.n,)) if self.shuffle and self.n else torch.arange(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
