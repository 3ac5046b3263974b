"""TrainEvalCallback is put behind the callbacks given, so that these are asked before modes and counts are set.

root: Runner
band: core
advice: What the others rely on stands at the head of the list.
"""


class Runner(Runner):
    def __init__(self, cbs=None, cb_funcs=None):
        super().__init__(cbs, cb_funcs)
        self.cbs = [*self.cbs[1:], self.cbs[0]]
