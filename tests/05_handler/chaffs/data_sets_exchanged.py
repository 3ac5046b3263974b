"""The two data sets are exchanged: train_ds belongs to the validation loader.

root: DataBunch
band: core
advice: A data set is the one that its own loader draws from.
"""


class DataBunch(DataBunch):
    @property
    def train_ds(self):
        return self.valid_dl.dataset

    @property
    def valid_ds(self):
        return self.train_dl.dataset
