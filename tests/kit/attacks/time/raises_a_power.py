"""Computes a power that takes for ever, in C.

without walls: the grader hangs
behind walls: timeout
"""


def double(x):
    return 2 * x + 0 * (3 ** (10**9))
