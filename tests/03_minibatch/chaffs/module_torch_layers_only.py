"""Only torch's own modules are registered, so a DummyModule in a DummyModule is missed.

root: DummyModule
band: robust
advice: Ask whether the value has parameters(), not which class it is of.
"""

from torch import nn


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        if not name.startswith("_"):
            if isinstance(value, nn.Module):
                self._children[name] = value
            else:
                self._children.pop(name, None)
        object.__setattr__(self, name, value)
