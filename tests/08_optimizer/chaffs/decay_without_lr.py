"""The weights shrink by wd, not by lr times wd.

root: weight_decay
band: core
advice: Decay is part of the step, and as long as the step: both factors belong there.
"""


def weight_decay(p, lr, wd, **kwargs):
    p *= 1 - wd
