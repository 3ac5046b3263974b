"""The sampler can be looped over once; a second loop finds nothing.

root: Sampler
band: core
advice: Each call of __iter__ has to start a new pass. A generator made in __init__ is used up by the first one.
"""


class Sampler(Sampler):
    def __init__(self, ds, bs, shuffle=False, drop_last=False):
        super().__init__(ds, bs, shuffle, drop_last)
        self.batches = super().__iter__()

    def __iter__(self):
        return self.batches
