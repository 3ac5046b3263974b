"""Mean and std are taken down the first dim, so a vector per column comes out instead of two numbers.

root: stats
band: core
advice: All entries of the tensor count alike, whatever its shape.
"""


def stats(x):
    return x.mean(0), x.std(0)
