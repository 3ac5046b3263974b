"""Without a learner, __getattr__ looks for self.learn, for which it is called itself: endless recursion.

root: Callback
band: robust
advice: __getattr__ is called for each attribute that isn't there, and before the learner is known `learn`
is one of them.
"""


def __getattr__(self, name):
    return getattr(self.learn, name)


Callback.__getattr__ = __getattr__
