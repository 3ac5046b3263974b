"""An IndexError of the data set is taken for the end of the data.

root: DataLoader
band: robust
advice: The sampler says when a pass is over; an IndexError is a bug that someone wants to see.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        for indices in self.sampler:
            try:
                items = [self.dataset[i] for i in indices]
            except IndexError:
                return
            yield self.collate_fn(items)
