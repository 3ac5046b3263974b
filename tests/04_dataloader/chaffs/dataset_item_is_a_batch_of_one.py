"""A single item comes with a batch dimension of 1, as if it were a batch.

root: Dataset
band: core
advice: ds[3] has one dimension less than ds[3:4].
"""


class Dataset(Dataset):
    def __getitem__(self, i):
        if isinstance(i, int):
            i = [i]
        return self.x[i], self.y[i]
