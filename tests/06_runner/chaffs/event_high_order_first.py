"""The callbacks with the largest _order are asked first.

root: Runner
band: core
advice: A small _order means early: TrainEvalCallback at 0 sets the mode before those that need to know it.
"""


class Runner(Runner):
    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0), reverse=True):
            method = getattr(cb, event, None)
            if method is not None and method():
                return True
        return False
