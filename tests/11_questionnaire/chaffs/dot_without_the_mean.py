"""The mean of x is ignored.

root: l03_var_dot
band: robust
advice: Behind a ReLU x has a mean, and what counts then is the mean of x².
"""


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return n * var_a * var_x
