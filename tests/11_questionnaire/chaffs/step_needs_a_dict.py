"""A callback that returns None makes the step fail.

root: q05_step
band: core
advice: A callback that keeps nothing returns nothing: take that for an empty dict.
"""


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            state[p].update(cb(p, **state[p], **hypers))
