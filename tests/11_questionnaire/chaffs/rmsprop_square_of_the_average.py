"""The gradients are averaged and the average is squared, instead of averaging their squares.

root: q11_rmsprop
band: core
advice: Square each gradient first: in an average of the gradients, signs cancel.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = (alpha * sqr_avg**0.5 + (1 - alpha) * grad) ** 2
    return p - lr * grad / (sqr_avg**0.5 + eps), sqr_avg
