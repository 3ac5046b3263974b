"""The data set is indexed once with the whole batch, past collate_fn.

root: DataLoader
band: core
advice: A data set has to know single items only; making a batch of them is collate_fn's work.
"""


class DataLoader(DataLoader):
    def __iter__(self):
        for indices in self.sampler:
            yield self.dataset[indices]
