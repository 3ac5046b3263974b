"""The sampler keeps the data set, so that the data lives as long as the sampler.

root: Sampler
band: core
advice: Only the length counts: keep the number.
"""


class Sampler(Sampler):
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        super().__init__(ds, bs, shuffle, drop_last)
        self.ds = ds
