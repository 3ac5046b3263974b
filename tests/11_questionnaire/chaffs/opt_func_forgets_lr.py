"""The learning rate of the learner is not passed on.

root: q02_opt_func
band: core
advice: The learner says which lr it wants at the call: hand it on to the optimizer.
"""


def q02_opt_func(optimizer, cbs, **hypers):
    return lambda params, **more: optimizer(params, cbs, **hypers)
