"""Where all gradients were 0, nothing is divided by nothing, as eps is left out.

root: q11_rmsprop
band: core
advice: eps is there so that 0 / 0 never comes up: add it to the root.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p - lr * grad / sqr_avg**0.5, sqr_avg
