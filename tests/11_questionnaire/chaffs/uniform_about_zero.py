"""The mean of x² is given, from which the squared mean is not subtracted.

root: l04_var_uniform
band: core
advice: The variance is about the mean of the distribution, which need not be 0.
"""


def l04_var_uniform(low, high):
    return (low**2 + low * high + high**2) / 3
