"""Only the object True cancels; an answer like 1 or "stop" is passed over.

root: Runner
band: core
advice: Ask whether the answer is true, as `if` does, not whether it is the object True.
"""


class Runner(Runner):
    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            method = getattr(cb, event, None)
            if method is not None and method() is True:
                return True
        return False
