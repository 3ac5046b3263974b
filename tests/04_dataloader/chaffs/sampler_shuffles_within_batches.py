"""Items are shuffled within their batch only, so the same items always sit together.

root: Sampler
band: core
advice: Shuffle all the indices first, cut them into batches afterwards.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle and self.n:
            order = torch.cat([part[torch.randperm(len(part))] for part in order.split(self.bs)])
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
