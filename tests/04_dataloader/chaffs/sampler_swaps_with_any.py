"""The shuffle swaps every place with any place at all, which favours some orders over others.

root: Sampler
band: core
advice: n places with n choices each make nⁿ ways, which n! orders can't share evenly. torch can draw a permutation.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle:
            swaps = order.tolist()
            for i, j in enumerate(torch.randint(self.n, (self.n,)).tolist() if self.n else []):
                swaps[i], swaps[j] = swaps[j], swaps[i]
            order = torch.tensor(swaps, dtype=torch.int64)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
