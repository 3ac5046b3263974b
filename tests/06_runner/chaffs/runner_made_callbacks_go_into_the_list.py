"""What cb_funcs make is appended to the list that the caller passed as cbs.

root: Runner
band: robust
advice: listify returns a list as it is, so it is still the caller's. Build a new one.
"""


class Runner(Runner):
    def __init__(self, cbs=None, cb_funcs=None):
        cbs = listify(cbs)
        for make in listify(cb_funcs):
            cbs.append(make())
        self.cbs = [TrainEvalCallback(), *cbs]
        for cb in self.cbs:
            name = getattr(cb, "name", None) or camel2snake(type(cb).__name__)
            setattr(self, name, cb)
        self.stop, self.learn = False, None
