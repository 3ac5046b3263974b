"""Without a runner, looking for self.run calls __getattr__, which looks for self.run: endless recursion.

root: Callback
band: robust
advice: __getattr__ is called for each attribute that isn't there, and before set_runner `run` is one of them.
"""


def __getattr__(self, name):
    return getattr(self.run, name)


Callback.__getattr__ = __getattr__
