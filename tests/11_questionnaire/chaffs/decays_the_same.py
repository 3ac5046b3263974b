"""Both are calculated with wd · p in the gradient, as they agree under SGD.

root: q18_two_decays
band: core
advice: Under Adam they differ: what is shrunk by itself does not pass through the division.
"""


def q18_two_decays(p, grad, lr, wd, eps):
    g = grad + wd * p
    return p - lr * g / (abs(g) + eps), p - lr * g / (abs(g) + eps)
