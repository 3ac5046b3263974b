"""`and value` asks for truth, and an empty container is false: it is not registered.

root: DummyModule
band: core
advice: bool(torch.nn.Sequential()) is False. Ask for the method, not for truth.
"""


class DummyModule(DummyModule):
    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if not name.startswith("_") and not (hasattr(value, "parameters") and value):
            self._children.pop(name, None)
