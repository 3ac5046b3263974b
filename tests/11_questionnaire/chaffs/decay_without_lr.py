"""p is shrunk by wd, without the learning rate.

root: q18_two_decays
band: core
advice: The shrinking is scaled by lr: p is multiplied by 1 - lr · wd.
"""


def q18_two_decays(p, grad, lr, wd, eps):
    g = grad + wd * p
    return p - lr * g / (abs(g) + eps), p * (1 - wd) - lr * grad / (abs(grad) + eps)
