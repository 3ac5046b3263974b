"""The parameters are collected at the first call and remembered, so later changes of the layers go unseen.

root: DummyModule
band: core
advice: Ask the children anew at each call: a layer may have been added or exchanged since.
"""


class DummyModule(DummyModule):
    _remembered = None

    def parameters(self):
        if self._remembered is None:
            self._remembered = list(super().parameters())
        yield from self._remembered
