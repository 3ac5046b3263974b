"""It grows with n², as if all terms were the same.

root: l03_var_dot
band: core
advice: Independent terms cancel in part: the variance of their sum grows with n.
"""


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return n**2 * var_a * (var_x + mean_x**2)
