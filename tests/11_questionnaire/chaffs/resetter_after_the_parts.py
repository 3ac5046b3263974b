"""The model is reset after training and after validation.

root: q23_model_resetter
band: core
advice: Before the very first training part it has to be reset, too: use the events before the parts.
"""


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def after_train(self):
            self.model.reset()

        def after_validate(self):
            self.model.reset()

    return ModelResetter
