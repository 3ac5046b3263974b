"""The width is not squared.

root: l04_var_uniform
band: core
advice: A variance is in squared units.
"""


def l04_var_uniform(low, high):
    return (high - low) / 12
