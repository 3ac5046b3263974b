"""The new value is bound to the name p inside the function, and the parameter itself stays as it is.

root: sgd_cb
band: core
advice: p = ... gives a name to a new tensor. Change the tensor in place.
"""


def sgd_cb(p, lr, **kwargs):
    p = p - lr * p.grad
