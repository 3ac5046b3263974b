"""The covariance is counted once.

root: l03_var_sum
band: core
advice: In the square of x + y the mixed term comes twice.
"""


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + var_y + cov
