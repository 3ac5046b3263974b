"""The state is brought up to date only after all callbacks, so that the next one does not see it.

root: q05_step
band: core
advice: A callback builds on what the one before it has returned: merge after each.
"""


def q05_step(params, cbs, state, **hypers):
    for p in params:
        new = {}
        for cb in cbs:
            new.update(cb(p, **state[p], **hypers) or {})
        state[p].update(new)
