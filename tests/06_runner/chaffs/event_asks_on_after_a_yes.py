"""All callbacks are asked, also those after the first true answer.

root: Runner
band: core
advice: The first true answer decides, and those after it must not hear of what does not happen.
"""


class Runner(Runner):
    def __call__(self, event):
        in_order = sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0))
        methods = [getattr(cb, event, None) for cb in in_order]
        return any([method() for method in methods if method is not None])
