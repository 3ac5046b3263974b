"""x and y are other names for xb and yb: tuples even where there is a single entry.

root: Learner
band: core
advice: x and y are for convenience: the entry itself where there is only one, else the tuple.
"""


class Learner(Learner):
    @property
    def x(self):
        return self.xb

    @property
    def y(self):
        return self.yb
