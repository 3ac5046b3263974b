"""Whatever exception passes is taken for the end of the fit, and the caller never hears of it.

root: Runner
band: core
advice: A callback cancels with its answer. Exceptions are for the caller.
"""


class Runner(Runner):
    def fit(self, epochs, learn):
        try:
            super().fit(epochs, learn)
        except Exception:
            pass
