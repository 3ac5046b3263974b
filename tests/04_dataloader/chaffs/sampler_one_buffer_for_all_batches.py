"""One tensor is filled again for every batch, so batches that were kept change afterwards.

root: Sampler
band: core
advice: What was yielded belongs to the caller: compare list(sampler) with what a loop prints.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        buffer = torch.empty(self.bs, dtype=torch.int64)
        for batch in range(len(self)):
            indices = order[batch * self.bs : (batch + 1) * self.bs]
            buffer[: len(indices)] = indices
            yield buffer[: len(indices)]
