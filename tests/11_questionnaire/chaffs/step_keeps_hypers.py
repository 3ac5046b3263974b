"""The hyper-parameters end up in the state of each parameter.

root: q05_step
band: core
advice: State is what callbacks return. Hyper-parameters are given anew at every step.
"""


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            known = {**state[p], **hypers}
            known.update(cb(p, **known) or {})
            state[p] = known
