"""drop_last is taken and forgotten: the smaller last batch is yielded all the same.

root: Sampler
band: robust
advice: With drop_last=True each batch has exactly bs items.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        for start in range(0, self.n, self.bs):
            yield order[start : start + self.bs]

    def __len__(self):
        return self.n // self.bs if self.drop_last else -(-self.n // self.bs)
