"""Every attribute is registered as a child, numbers and strings too.

root: DummyModule
band: robust
advice: Only what has parameters() is a child; everything else is just set.
"""


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        if not name.startswith("_"):
            self._children[name] = value
        object.__setattr__(self, name, value)
