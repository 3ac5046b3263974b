"""Parameters with fewer than two dimensions do not decay.

root: weight_decay
band: core
advice: Whether biases should decay is for the groups to say. The callback shrinks what it is given.
"""


def weight_decay(p, lr, wd, **kwargs):
    if p.dim() > 1:
        p *= 1 - lr * wd
