"""lr times the gradient is added, without the minus sign.

root: q06_sgd_cb
band: core
advice: += has to add something that leads down: mind the sign.
"""


def q06_sgd_cb(p, lr, **kwargs):
    p += lr * p.grad
