"""The gradient is multiplied with the learning rate in place, so it is another one after the step.

root: sgd_cb
band: core
advice: Whoever reads the gradient after the step must find what backward put there: scale a copy.
"""


def sgd_cb(p, lr, **kwargs):
    p.grad *= lr
    p -= p.grad
