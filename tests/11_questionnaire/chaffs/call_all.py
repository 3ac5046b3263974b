"""All callbacks are asked, also after one has answered.

root: l12_call
band: core
advice: Stop at the first truthy answer: the others must not be called.
"""


def l12_call(cbs, event):
    answers = [getattr(cb, event)() for cb in cbs if hasattr(cb, event)]
    return any(answers)
