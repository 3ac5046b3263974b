"""The variances are multiplied as if both means were 0.

root: l02_var_product
band: core
advice: With means, x · y varies also because x varies at the height of y's mean, and the other way round.
"""


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return var_x * var_y
