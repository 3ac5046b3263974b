"""Plain gradient descent is put together with momentum.

root: SGD
band: core
advice: SGD takes nothing but lr, and its one callback is sgd_cb.
"""


def SGD(params, lr, mom=0.9):
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)
