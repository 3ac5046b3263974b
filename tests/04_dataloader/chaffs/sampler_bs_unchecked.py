"""A batch size below 1 is accepted.

root: Sampler
band: robust
advice: A batch of no items makes no progress: raise ValueError when the sampler is made.
"""


class Sampler(Sampler):
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        self.n, self.bs, self.shuffle, self.drop_last = len(ds), bs, shuffle, drop_last
