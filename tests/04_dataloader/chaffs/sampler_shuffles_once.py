"""The permutation is drawn when the sampler is made, and every pass has the same one.

root: Sampler
band: core
advice: Each epoch needs an order of its own: draw where a pass begins.
"""


class Sampler(Sampler):
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        if bs < 1:
            raise ValueError("bs has to be 1 or more")
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last
        self.order = torch.randperm(self.n) if shuffle else torch.arange(self.n)

    def __iter__(self):
        for batch in range(len(self)):
            yield self.order[batch * self.bs : (batch + 1) * self.bs]
