"""The root is taken in place, so the average that is remembered is its own root from then on.

root: rms_prop_step
band: core
advice: The state holds this tensor: a method that ends in _ changes it.
"""


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    p -= lr * p.grad / sqr_avg.sqrt_().add_(eps)
