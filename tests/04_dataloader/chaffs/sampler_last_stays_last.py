"""The last item is left out of the shuffle and always comes last.

root: Sampler
band: core
advice: Off by one: how many numbers does a permutation of all items have?
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle and self.n:
            order[:-1] = torch.randperm(self.n - 1)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
