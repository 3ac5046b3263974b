"""The means are averaged as if all batches were of one size.

root: l10_average
band: core
advice: A small batch says less: weight each mean by its size.
"""


def l10_average(means, sizes):
    return sum(means) / len(means)
