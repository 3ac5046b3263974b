"""The items are shuffled whether it was asked for or not.

root: Sampler
band: core
advice: The default is the order of the data set.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
