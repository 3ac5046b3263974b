"""Instead of a shuffle, the items come in order from a random start on, round the end.

root: Sampler
band: core
advice: There are only n such orders, and n! permutations.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle and self.n:
            order = order.roll(int(torch.randint(self.n, ())))
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
