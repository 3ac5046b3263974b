"""Each sampler brings a generator of its own with a fixed seed, so every sampler and every run has the same orders.

root: Sampler
band: core
advice: Leave the seed to the caller: whoever wants the same order again calls torch.manual_seed.
"""


class Sampler(Sampler):
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs < 1:
            raise ValueError("bs has to be 1 or more")
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last
        self.generator = torch.Generator().manual_seed(42)

    def __iter__(self):
        order = torch.randperm(self.n, generator=self.generator) if self.shuffle else torch.arange(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
