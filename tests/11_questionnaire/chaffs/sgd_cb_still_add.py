"""add_ is used after all.

root: q06_sgd_cb
band: core
advice: Write the step as one statement with the operator +=.
"""


def q06_sgd_cb(p, lr, **kwargs):
    # p += -lr * p.grad
    p.add_(p.grad, alpha=-lr)
