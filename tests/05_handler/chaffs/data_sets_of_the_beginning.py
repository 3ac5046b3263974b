"""The data sets are looked up when the bunch is made, and what becomes of its loaders later is not seen.

root: DataBunch
band: robust
advice: A property computes its value whenever it is read: ask the loader there.
"""


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c
        self.train_ds = getattr(train_dl, "dataset", None)
        self.valid_ds = getattr(valid_dl, "dataset", None)
