"""named_children() gives the children sorted by name, not in the order of assignment.

root: DummyModule
band: robust
advice: Give the dict's items as they are: a dict keeps the order in which its keys came.
"""


class DummyModule(DummyModule):
    def parameters(self):
        known = set()
        for child in self._children.values():
            for parameter in child.parameters():
                if id(parameter) not in known:
                    known.add(id(parameter))
                    yield parameter

    def named_children(self):
        return sorted(self._children.items(), key=lambda pair: pair[0])
