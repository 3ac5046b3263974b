"""The shuffle comes from a generator of numpy's, which torch.manual_seed doesn't reach.

root: Sampler
band: core
advice: torch can draw permutations too, and from the generator that the course seeds.
"""

import numpy as np


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle:
            order = torch.from_numpy(np.random.default_rng().permutation(self.n))
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
