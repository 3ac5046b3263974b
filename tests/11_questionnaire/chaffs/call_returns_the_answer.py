"""The answer itself is returned, or nothing.

root: l12_call
band: robust
advice: Whoever calls wants to know one thing: True or False.
"""


def l12_call(cbs, event):
    for cb in cbs:
        answer = getattr(cb, event)() if hasattr(cb, event) else None
        if answer:
            return answer
