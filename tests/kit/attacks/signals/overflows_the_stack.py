"""Recurses without end where Python does not count.

without walls: the grader ends
behind walls: crashed, timeout, out_of_memory, error
"""
import sys


def double(x):
    sys.setrecursionlimit(10**9)
    deep = []
    for _ in range(10**6):
        deep = [deep]
    return repr(deep) and deep == [deep]
