"""in_train says validation, but the model is left in train mode.

root: TrainEvalCallback
band: core
advice: in_train is for callbacks. Dropout and batch norm have to be told by model.eval().
"""


class TrainEvalCallback(TrainEvalCallback):
    def begin_validate(self):
        self.run.in_train = False
