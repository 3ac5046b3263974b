"""One list is filled anew for each batch, so a collate_fn that keeps its list finds the next batch in it.

root: DataLoader
band: core
advice: Make a new list for each batch.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        items = []
        for indices in self.sampler:
            items[:] = [self.dataset[i] for i in indices]
            yield self.collate_fn(items)
