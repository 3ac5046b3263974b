"""Only the first gradient is looked at.

root: f2_unscale
band: stretch
advice: Any of them may have overflowed.
"""


def f2_unscale(grads, scale):
    if not torch.isfinite(grads[0]).all():
        return None
    return [g / scale for g in grads]
