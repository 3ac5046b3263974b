"""A layer that replaces another is registered last, not in the place of the old one.

root: DummyModule
band: robust
advice: A dict keeps the place of a key that is given a new value: don't take the key out first.
"""


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        if not name.startswith("_"):
            self._children.pop(name, None)
            if callable(getattr(value, "parameters", None)):
                self._children[name] = value
        object.__setattr__(self, name, value)
