"""All parameters share the state of the first one.

root: q05_step
band: core
advice: Each parameter has averages of its own: look its state up.
"""


def q05_step(params, cbs, state, **hypers):
    params = list(params)
    for p in params:
        for cb in cbs:
            state[params[0]].update(cb(p, **state[params[0]], **hypers) or {})
