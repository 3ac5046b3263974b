"""The shuffle goes through a buffer of half the data, so that late items can't come early.

root: Sampler
band: core
advice: Any item may come first, the last one too: all indices have to be in the pot.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.arange(self.n)
        if self.shuffle:
            size = self.n // 2 + 1
            buffer, drawn = order[:size].tolist(), []
            for i in order[size:].tolist():
                k = int(torch.randint(len(buffer), ()))
                drawn.append(buffer[k])
                buffer[k] = i
            drawn += [buffer[k] for k in torch.randperm(len(buffer))]
            order = torch.tensor(drawn, dtype=torch.int64)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs]
