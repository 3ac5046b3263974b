"""A callback that is not derived from Callback is refused.

root: Runner
band: robust
advice: Nobody needs to inherit anything here: what has the method of an event is asked, the rest is passed over.
"""


class Runner(Runner):
    def __init__(self, cbs=None, cb_funcs=None):
        made = [make() for make in listify(cb_funcs)]
        self.cbs = [TrainEvalCallback(), *listify(cbs), *made]
        for cb in self.cbs:
            if not isinstance(cb, Callback):
                raise TypeError(f"{cb!r} is no Callback")
            name = getattr(cb, "name", None) or camel2snake(type(cb).__name__)
            setattr(self, name, cb)
        self.stop, self.learn = False, None
