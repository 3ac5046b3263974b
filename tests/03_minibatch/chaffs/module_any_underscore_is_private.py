"""An underscore anywhere in a name makes it private, so `layer_1` is not registered.

root: DummyModule
band: core
advice: Only names that begin with an underscore are left out.
"""


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        if "_" in name:
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)
