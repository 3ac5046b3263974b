"""Only nan is looked for.

root: f2_unscale
band: stretch
advice: What overflows in float16 is infinite at first.
"""


def f2_unscale(grads, scale):
    if any(torch.isnan(g).any() for g in grads):
        return None
    return [g / scale for g in grads]
