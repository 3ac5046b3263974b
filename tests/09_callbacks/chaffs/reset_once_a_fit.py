"""The model's state is reset when the fit begins, and runs on from epoch to epoch and into validation.

root: ModelResetter
band: core
advice: Training and validation each begin at the start of a text: reset before each of the two, in every
epoch.
"""


class ModelResetter(Callback):
    def before_fit(self):
        self.model.reset()
