"""An index tensor is taken for one number, which it is only while there is one index in it.

root: Dataset
band: core
advice: Try an index tensor with three entries: the answer has three rows.
"""


class Dataset(Dataset):
    def __getitem__(self, i):
        if isinstance(i, torch.Tensor):
            i = i.item()
        return self.x[i], self.y[i]
