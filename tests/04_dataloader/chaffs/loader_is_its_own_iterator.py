"""The loader is its own iterator, so two loops take batches from each other.

root: DataLoader
band: core
advice: Let __iter__ be a generator function: each loop has a pass of its own then.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        self.batches = iter(self.sampler)
        return self

    def __next__(self):
        indices = next(self.batches)
        return self.collate_fn([self.dataset[i] for i in indices])
