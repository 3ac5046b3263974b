"""The index tensors are int32, not int64.

root: Sampler
band: core
advice: torch indexes with int64, which is what arange and randperm give anyway.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for batch in range(len(self)):
            yield order[batch * self.bs : (batch + 1) * self.bs].int()
