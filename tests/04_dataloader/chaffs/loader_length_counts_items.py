"""The length of the loader is the number of items, not of batches.

root: DataLoader
band: robust
advice: len(dl) is how many times a loop over it runs.
"""


class DataLoader(DataLoader):
    def __len__(self):
        return len(self.dataset)
