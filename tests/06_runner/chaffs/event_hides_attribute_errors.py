"""A try around the call takes an AttributeError from inside a callback for a callback without that method.

root: Runner
band: robust
advice: Look the method up first, then call it outside the try: a bug in a callback has to be seen.
"""


class Runner(Runner):
    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            try:
                if getattr(cb, event)():
                    return True
            except AttributeError:
                continue
        return False
