"""The variance is returned where the standard deviation was asked for.

root: stats
band: core
advice: The standard deviation has the unit of the data; the variance has its square.
"""


def stats(x):
    return x.mean(), x.var()
