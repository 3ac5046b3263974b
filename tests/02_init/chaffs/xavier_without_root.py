"""The scale is 1/n: the root is missing.

root: xavier_scale
band: core
advice: A sum of n independent terms has n times the variance: by what must it be scaled to keep the std?
"""


def xavier_scale(n_in):
    return 1 / n_in
