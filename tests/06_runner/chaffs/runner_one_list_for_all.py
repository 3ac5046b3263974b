"""All runners share one list of callbacks, which belongs to the class and only grows.

root: Runner
band: robust
advice: A list written in the class body exists once. Make it in __init__, on self.
"""


class Runner(Runner):
    cbs = [TrainEvalCallback()]

    def __init__(self, cbs=None, cb_funcs=None):
        super().__init__(cbs, cb_funcs)
        mine = self.cbs[1:]
        del self.cbs
        self.cbs += mine
