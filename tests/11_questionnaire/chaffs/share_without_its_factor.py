"""The share is beta to the k, without the factor that every gradient has.

root: q09_share
band: core
advice: The gradient enters with 1 - beta and is multiplied by beta at each step after.
"""


def q09_share(beta, k):
    return beta**k
