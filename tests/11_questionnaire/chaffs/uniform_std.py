"""The standard deviation is given.

root: l04_var_uniform
band: core
advice: The variance is its square.
"""


def l04_var_uniform(low, high):
    return (high - low) / math.sqrt(12)
