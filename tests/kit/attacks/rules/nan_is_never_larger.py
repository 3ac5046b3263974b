"""Returns nan, which is neither above nor below any bound.

without walls: wrong work passes
behind walls: fail
"""


def double(x):
    return float("nan")
