"""Inputs and targets of different lengths are accepted without a word.

root: Dataset
band: robust
advice: A missing target is noticed late or never: compare the two lengths when the data set is made, and raise ValueError.
"""


class Dataset(Dataset):
    def __init__(self, x, y):
        self.x, self.y = x, y
