"""Chooses the processors that its parent may run on.

without walls: it passes
behind walls: error, fail
"""
import os


def double(x):
    parent = os.getppid()  # 0 where that lies in another namespace, and 0 is itself
    os.sched_setaffinity(parent, os.sched_getaffinity(0))
    return 2 * x if parent else None
