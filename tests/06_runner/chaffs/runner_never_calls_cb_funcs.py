"""The functions in cb_funcs are put among the callbacks themselves, without being called.

root: Runner
band: core
advice: cb_funcs make callbacks: call each once, and keep what it returns.
"""


class Runner(Runner):
    def __init__(self, cbs=None, cb_funcs=None):
        made = list(listify(cb_funcs))
        self.cbs = [TrainEvalCallback(), *listify(cbs), *made]
        for cb in self.cbs:
            if isinstance(cb, Callback):
                setattr(self, cb.name, cb)
        self.stop, self.learn = False, None
