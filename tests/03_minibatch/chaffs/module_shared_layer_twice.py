"""A layer with two names hands over its parameters twice, so an optimizer steps them twice.

root: DummyModule
band: robust
advice: Remember, by identity, which parameters have come already in this pass.
"""


class DummyModule(DummyModule):
    def parameters(self):
        for _, child in self.named_children():
            yield from child.parameters()
