"""The step is by the mean of the gradients.

root: l08_one_step
band: core
advice: backward adds to p.grad, and nobody divides.
"""


def l08_one_step(p, grads, lr):
    return p - lr * sum(grads) / len(grads)
