"""The sum is divided as if all batches were full.

root: l10_average
band: core
advice: Divide by the number of items that there were.
"""


def l10_average(means, sizes):
    return sum(m * n for m, n in zip(means, sizes)) / (len(sizes) * max(sizes))
