"""c is kept with `or`, so that 0, which is a number like any other, becomes None.

root: DataBunch
band: robust
advice: Only a c that was not given is None. `or` asks whether a value is true, not whether it is there.
"""


class DataBunch(DataBunch):
    def __init__(self, train_dl, valid_dl, c=None):
        super().__init__(train_dl, valid_dl)
        self.c = c or None
