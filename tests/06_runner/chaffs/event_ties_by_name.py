"""Callbacks of the same _order are sorted by the names of their classes.

root: Runner
band: core
advice: Ties keep the order given. A stable sort by _order alone does that.
"""


class Runner(Runner):
    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: (getattr(cb, "_order", 0), type(cb).__name__)):
            method = getattr(cb, event, None)
            if method is not None and method():
                return True
        return False
