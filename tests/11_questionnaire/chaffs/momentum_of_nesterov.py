"""The step looks ahead by mixing the gradient in once more, as Nesterov's does.

root: q07_momentum
band: core
advice: The chapter's momentum steps by the average itself.
"""


def q07_momentum(p, grad, avg, lr, beta):
    avg = beta * avg + (1 - beta) * grad
    return p - lr * (beta * avg + (1 - beta) * grad), avg
