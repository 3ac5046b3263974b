"""The model is reset before each epoch, and not again before validation.

root: q23_model_resetter
band: core
advice: Training leaves its state behind as well: reset before validation, too.
"""


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def before_epoch(self):
            self.model.reset()

    return ModelResetter
