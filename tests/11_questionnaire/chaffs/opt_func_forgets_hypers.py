"""The hyper-parameters given beforehand don't reach the optimizer.

root: q02_opt_func
band: core
advice: What the learner gives (lr) comes on top of what was fixed before; both go to the optimizer.
"""


def q02_opt_func(optimizer, cbs, **hypers):
    return lambda params, **more: optimizer(params, cbs, **more)
