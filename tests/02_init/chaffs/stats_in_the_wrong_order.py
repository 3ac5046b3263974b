"""The pair comes in the wrong order: standard deviation first, mean second.

root: stats
band: core
advice: Read the contract's pair from left to right.
"""


def stats(x):
    return x.std(), x.mean()
