"""Momentum is put together with a dampened average, so its steps are ten times too short.

root: Momentum
band: core
advice: Here the average is the one that grows: dampening is for Adam.
"""


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, [partial(average_grad, dampening=True), momentum_step], lr=lr, mom=mom)
