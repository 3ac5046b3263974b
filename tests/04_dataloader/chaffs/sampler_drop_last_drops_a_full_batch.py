"""drop_last drops the last batch even when it is full.

root: Sampler
band: robust
advice: Only a batch smaller than bs is dropped: try a bs that divides the number of items.
"""


class Sampler(Sampler):
    def __iter__(self):
        order = torch.randperm(self.n) if self.shuffle else torch.arange(self.n)
        batches = -(-self.n // self.bs)
        for batch in range(batches - 1 if self.drop_last else batches):
            yield order[batch * self.bs : (batch + 1) * self.bs]
