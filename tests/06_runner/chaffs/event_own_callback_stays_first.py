"""The runner's own TrainEvalCallback is asked first whatever the others' _order: the sort begins behind it.

root: Runner
band: robust
advice: The runner's own callback has an _order like the others. Sort them all.
"""


class Runner(Runner):
    def __call__(self, event):
        first, *others = self.cbs
        for cb in [first, *sorted(others, key=lambda cb: getattr(cb, "_order", 0))]:
            method = getattr(cb, event, None)
            if method is not None and method():
                return True
        return False
