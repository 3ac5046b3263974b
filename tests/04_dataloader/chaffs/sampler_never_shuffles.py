"""shuffle is taken and forgotten: the items come in order.

root: Sampler
band: core
advice: Compare the first batch of two passes with shuffle=True.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
