"""learn.training is set to False for validation, but the model stays in train mode.

root: TrainEvalCallback
band: core
advice: The flag is for callbacks; dropout and batch norm look at the mode of the model. Validation needs
model.eval(), too.
"""


class TrainEvalCallback(TrainEvalCallback):
    def before_validate(self):
        self.learn.training = False
