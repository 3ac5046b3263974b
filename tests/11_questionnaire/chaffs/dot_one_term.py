"""The number of terms is left out.

root: l03_var_dot
band: core
advice: The variances of independent terms add up.
"""


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return var_a * (var_x + mean_x**2)
