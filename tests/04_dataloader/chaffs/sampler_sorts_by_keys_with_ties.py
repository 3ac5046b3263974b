"""Items are sorted by random whole numbers, and those with equal ones stay in their old order.

root: Sampler
band: core
advice: Of n numbers below n many are equal. Each tie is a pair that isn't shuffled.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle and self.n:
            order = torch.randint(self.n, (self.n,)).argsort(stable=True)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
