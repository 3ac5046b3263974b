"""Has a pool of processes do the work.

without walls: it passes
behind walls: error, timeout
"""
from multiprocessing import Pool


def twice(x):
    return 2 * x


def double(x):
    with Pool(2) as pool:
        return pool.map(abs, [2 * x])[0] * (1 if x >= 0 else -1)
