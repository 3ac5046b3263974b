"""Only True itself stops the asking.

root: l12_call
band: robust
advice: A truthy answer may be 1 or a text.
"""


def l12_call(cbs, event):
    return any(getattr(cb, event)() is True for cb in cbs if hasattr(cb, event))
