"""All parameters are collected before the first is handed over, so nothing is lazy.

root: DummyModule
band: core
advice: Write a generator: yield each parameter as the loop comes to it, with no list in between.
"""


class DummyModule(DummyModule):
    def parameters(self):
        return iter(list(super().parameters()))
