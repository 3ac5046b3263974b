"""collate_fn is handed a generator where it was promised a list.

root: DataLoader
band: core
advice: A collate_fn may ask for the length, or read its items twice.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        for indices in self.sampler:
            yield self.collate_fn(self.dataset[i] for i in indices)
