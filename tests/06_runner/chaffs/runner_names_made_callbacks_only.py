"""Only the callbacks from cb_funcs become attributes of the runner, not those passed in cbs.

root: Runner
band: robust
advice: However a callback came in, it can be found under its name afterwards.
"""


class Runner(Runner):
    def __init__(self, cbs=None, cb_funcs=None):
        made = [make() for make in listify(cb_funcs)]
        self.cbs = [TrainEvalCallback(), *listify(cbs), *made]
        for cb in made:
            name = getattr(cb, "name", None) or camel2snake(type(cb).__name__)
            setattr(self, name, cb)
        self.stop, self.learn = False, None
