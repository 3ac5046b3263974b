"""Chooses the processors that its parent may run on.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(0))
    return 2 * x
