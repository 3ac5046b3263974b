"""One optimizer is made at the first call and handed out at every call after.

root: q02_opt_func
band: core
advice: Each learner needs an optimizer of its own: make a new one at each call.
"""


def q02_opt_func(optimizer, cbs, **hypers):
    made = []

    def opt_func(params, **more):
        if not made:
            made.append(optimizer(params, cbs, **{**hypers, **more}))
        return made[0]

    return opt_func
