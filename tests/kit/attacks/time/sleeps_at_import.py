"""Sleeps without end as soon as it is imported.

without walls: the grader hangs
behind walls: error, timeout
spoils: all
"""
import time

time.sleep(10**6)


def double(x):
    return 2 * x
