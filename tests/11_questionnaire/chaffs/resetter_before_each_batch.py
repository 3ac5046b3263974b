"""The model is reset before every batch, and so never remembers anything.

root: q23_model_resetter
band: core
advice: A recurrent model is to remember from batch to batch: reset before the parts only.
"""


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def before_batch(self):
            self.model.reset()

    return ModelResetter
