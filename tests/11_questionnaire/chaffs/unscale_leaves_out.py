"""Gradients that are not finite are left out instead of skipping the step.

root: f2_unscale
band: stretch
advice: One bad gradient spoils the batch: return None for all of it.
"""


def f2_unscale(grads, scale):
    return [g / scale for g in grads if torch.isfinite(g).all()] or None
