"""The 2 that belongs to ReLU is in the scale for plain matrix products.

root: xavier_scale
band: core
advice: Nothing is cut off between plain products: which factor keeps their mean square at 1?
"""


def xavier_scale(n_in):
    return (2 / n_in) ** 0.5
