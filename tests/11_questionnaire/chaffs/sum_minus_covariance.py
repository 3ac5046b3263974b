"""The covariance is subtracted, as it is for a difference.

root: l03_var_sum
band: core
advice: If x and y go the same way, their sum varies more.
"""


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + var_y - 2 * cov
