"""The callbacks are called from the last to the first.

root: q05_step
band: core
advice: The list is in the order in which they are to be called.
"""


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in reversed(cbs):
            state[p].update(cb(p, **state[p], **hypers) or {})
