"""A new tensor is bound to the name p, and the parameter stays where it is.

root: q06_sgd_cb
band: core
advice: p = p + ... makes a new tensor. The operator += changes the one that is there.
"""


def q06_sgd_cb(p, lr, **kwargs):
    step = 0
    step += lr * p.grad
    p = p - step
