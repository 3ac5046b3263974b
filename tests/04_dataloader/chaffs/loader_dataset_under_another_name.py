"""The loader keeps its data set as ds, and dl.dataset is missing.

root: DataLoader
band: robust
advice: Others find the data by the name dataset.
"""


class DataLoader:
    def __init__(self, ds, sampler, collate_fn=collate):
        self.ds, self.sampler, self.collate_fn = ds, sampler, collate_fn

    def __len__(self):
        return len(self.sampler)

    def __iter__(self):
        for indices in self.sampler:
            yield self.collate_fn([self.ds[i] for i in indices])
