"""A permutation is drawn once, and each later pass only starts at another place of it.

root: Sampler
band: core
advice: Neighbours of one epoch stay neighbours in the next: draw a whole new permutation at each pass.
"""


class Sampler(Sampler):
    def __iter__(self):
        if not hasattr(self, "first_order"):
            self.first_order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        order = self.first_order
        if self.shuffle and self.n:
            order = order.roll(int(torch.randint(self.n, ())))
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
