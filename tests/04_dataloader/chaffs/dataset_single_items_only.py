"""The index is turned into an int, so that only single items can be asked for.

root: Dataset
band: core
advice: Pass the index on as it came: a tensor knows what to do with a slice or with many indices.
"""


class Dataset(Dataset):
    def __getitem__(self, i):
        i = int(i)
        return self.x[i], self.y[i]
