"""A layer comes once, but a parameter that two layers share comes twice.

root: DummyModule
band: robust
advice: Two layers can have the same weight: remember parameters, not layers.
"""


class DummyModule(DummyModule):
    def parameters(self):
        seen = set()
        for _, child in self.named_children():
            if id(child) not in seen:
                seen.add(id(child))
                yield from child.parameters()
