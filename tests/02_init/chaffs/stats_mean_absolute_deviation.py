"""The distances from the mean are averaged without being squared.

root: stats
band: core
advice: For a normal sample of std 1 you get about 0.8: which operation is missing before the mean?
"""


def stats(x):
    return x.mean(), (x - x.mean()).abs().mean()
