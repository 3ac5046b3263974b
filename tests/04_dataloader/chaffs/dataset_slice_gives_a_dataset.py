"""A slice gives a smaller Dataset instead of the inputs and the targets.

root: Dataset
band: core
advice: xb, yb = ds[0:5] has to work and give two tensors of five rows.
"""


class Dataset(Dataset):
    def __getitem__(self, i):
        if isinstance(i, slice):
            return Dataset(self.x[i], self.y[i])
        return self.x[i], self.y[i]
