"""The callback takes lr and nothing else, and fails as soon as another callback brings a state or a hyper-parameter.

root: sgd_cb
band: core
advice: Each callback is given all that is known. Take what you need, and the rest as **kwargs.
"""


def sgd_cb(p, lr):
    p -= lr * p.grad
