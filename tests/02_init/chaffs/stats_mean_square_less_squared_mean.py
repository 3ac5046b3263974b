"""The variance is the mean of the squares less the square of the mean, in float32: beside a large mean nothing is left.

root: stats
band: robust
advice: Take the mean off before you square.
"""


def stats(x):
    mean = x.mean()
    return mean, (x.square().mean() - mean.square()).clamp(min=0).sqrt()
