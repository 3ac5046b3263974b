"""All items are taken out of the data set when the loader is made.

root: DataLoader
band: core
advice: Ask the data set for an item when a batch needs it, and for no other.
"""


class DataLoader(DataLoader):
    def __init__(self, ds, sampler, collate_fn=collate):
        super().__init__(ds, sampler, collate_fn)
        self.items = [ds[i] for i in range(len(ds))]

    def __iter__(self):
        for indices in self.sampler:
            yield self.collate_fn([self.items[i] for i in indices])
