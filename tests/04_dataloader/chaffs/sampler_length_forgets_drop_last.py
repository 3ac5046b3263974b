"""The length is rounded up, with drop_last too, although the smaller batch is left out.

root: Sampler
band: robust
advice: len(sampler) is the number of batches that a loop gets.
"""


class Sampler(Sampler):
    def __len__(self):
        return -(-self.n // self.bs)

    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for start in range(0, self.n, self.bs):
            if start + self.bs <= self.n or not self.drop_last:
                yield order[start : start + self.bs]
