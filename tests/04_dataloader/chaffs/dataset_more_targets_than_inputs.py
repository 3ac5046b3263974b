"""Too few targets are refused, too many are not.

root: Dataset
band: robust
advice: The two lengths differ, whichever is the larger one.
"""


class Dataset(Dataset):
    def __init__(self, x, y):
        if len(x) > len(y):
            raise ValueError("some x have no y")
        self.x, self.y = x, y
