"""The length is the number of features of an item instead of the number of items.

root: Dataset
band: core
advice: Items lie along the first dimension: what does len() of a tensor count?
"""


class Dataset(Dataset):
    def __len__(self):
        return self.x.shape[-1]
