"""The two results are returned in the wrong order.

root: q18_two_decays
band: core
advice: First the one whose wd · p is in the gradient.
"""


def q18_two_decays(p, grad, lr, wd, eps):
    g = grad + wd * p
    return p * (1 - lr * wd) - lr * grad / (abs(grad) + eps), p - lr * g / (abs(g) + eps)
