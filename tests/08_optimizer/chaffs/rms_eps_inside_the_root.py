"""eps is added before the root is taken, where it acts as the root of itself.

root: rms_prop_step
band: core
advice: Take the root first, then add eps.
"""


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    p -= lr * p.grad / (sqr_avg + eps).sqrt()
