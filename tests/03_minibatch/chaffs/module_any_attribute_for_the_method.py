"""A layer is told by hasattr(value, "parameters"), whatever is behind that name.

root: DummyModule
band: robust
advice: What makes a layer is the method: ask whether it can be called.
"""


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        if not name.startswith("_") and hasattr(value, "parameters"):
            self._children[name] = value
        object.__setattr__(self, name, value)
