"""The dict of children belongs to the class, so all modules share their layers.

root: DummyModule
band: core
advice: Make the dict in __init__, on self: what stands in the class is one thing for all instances.
"""


class DummyModule(DummyModule):
    _children = {}

    def __init__(self):
        pass
