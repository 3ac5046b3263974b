"""A callback without the method makes it fail.

root: l12_call
band: robust
advice: Callbacks have only the methods that they need: pass over the others.
"""


def l12_call(cbs, event):
    return any(getattr(cb, event)() for cb in cbs)
