"""What a callback returns replaces the state instead of going into it.

root: q05_step
band: core
advice: Other callbacks have left things there, too: merge the dict into the state.
"""


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            state[p] = cb(p, **state[p], **hypers) or {}
