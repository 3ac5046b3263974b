"""What has been handed over is remembered on the module, so a second pass over parameters() is empty.

root: DummyModule
band: core
advice: The set of those seen belongs to one call of parameters(): make it there, not on self.
"""


class DummyModule(DummyModule):
    def __init__(self):
        super().__init__()
        self._seen = set()

    def parameters(self):
        for _, child in self.named_children():
            for parameter in child.parameters():
                if id(parameter) not in self._seen:
                    self._seen.add(id(parameter))
                    yield parameter
