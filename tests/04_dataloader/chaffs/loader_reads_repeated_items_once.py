"""Items are put into a dict by their index: one that comes twice in a batch gets the same item twice.

root: DataLoader
band: robust
advice: A data set may answer anew each time (a random crop, say): ask for ds[i] as often as i comes.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        for indices in self.sampler:
            items = {i: self.dataset[i] for i in indices.tolist()}
            yield self.collate_fn([items[i] for i in indices.tolist()])
