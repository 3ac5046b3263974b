"""The length leaves out the smaller last batch, though it is yielded.

root: Sampler
band: robust
advice: Compare len(sampler) with len(list(sampler)) when bs doesn't divide the number of items.
"""


class Sampler(Sampler):
    def __len__(self):
        return self.n // self.bs

    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        end = self.n - self.n % self.bs if self.drop_last else self.n
        for start in range(0, end, self.bs):
            yield order[start : start + self.bs]
