"""The data is kept on the class, so the data set made last takes the place of all others.

root: Dataset
band: core
advice: What belongs to one data set is an attribute of self. Make a training set and a validation set, then look at the first.
"""


class Dataset(Dataset):
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError("x and y have to be of the same length")
        Dataset.x, Dataset.y = x, y
