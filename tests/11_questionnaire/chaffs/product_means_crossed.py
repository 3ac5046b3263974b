"""Each variance is multiplied by the mean of its own.

root: l02_var_product
band: core
advice: What x's variation does is scaled by y: it is the other one's mean.
"""


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return var_x * var_y + var_x * mean_x**2 + var_y * mean_y**2
