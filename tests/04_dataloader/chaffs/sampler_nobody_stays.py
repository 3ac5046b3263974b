"""The shuffle swaps every place with a later one, never with itself, so no item can stay where it was.

root: Sampler
band: core
advice: In a uniform permutation each item keeps its place with chance 1/n: the place itself is among the choices.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle:
            swaps = order.tolist()
            for i in range(self.n - 1, 0, -1):
                j = int(torch.randint(i, ()))
                swaps[i], swaps[j] = swaps[j], swaps[i]
            order = torch.tensor(swaps, dtype=torch.int64)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
