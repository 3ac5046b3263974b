"""The asking stops at the first answer that is not true.

root: l12_call
band: core
advice: Nothing asked for, nothing stopped: go on while answers are falsy.
"""


def l12_call(cbs, event):
    return not all(getattr(cb, event)() for cb in cbs if hasattr(cb, event))
