"""The mean of the squared product is given, from which the squared mean is not subtracted.

root: l02_var_product
band: core
advice: The variance is the mean of the square minus the square of the mean.
"""


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return (var_x + mean_x**2) * (var_y + mean_y**2)
