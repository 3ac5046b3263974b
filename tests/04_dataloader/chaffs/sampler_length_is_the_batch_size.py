"""The length of the sampler is the batch size.

root: Sampler
band: robust
advice: len(sampler) is how many times a loop over it runs.
"""


class Sampler(Sampler):
    def __len__(self):
        return self.bs

    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        end = self.n - self.n % self.bs if self.drop_last else self.n
        for start in range(0, end, self.bs):
            yield order[start : start + self.bs]
