"""The present gradient is taken to be one step old.

root: q09_share
band: core
advice: For k = 0 the share is that with which a gradient enters.
"""


def q09_share(beta, k):
    return (1 - beta) * beta ** (k + 1)
