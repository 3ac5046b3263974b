"""p is shrunk after the step, and so the step with it.

root: q18_two_decays
band: core
advice: Shrink p first; the step then is as if there were no decay.
"""


def q18_two_decays(p, grad, lr, wd, eps):
    g = grad + wd * p
    return p - lr * g / (abs(g) + eps), (p - lr * grad / (abs(grad) + eps)) * (1 - lr * wd)
