"""Matches a pattern that takes exponential time, in C, where no exception reaches it.

without walls: the grader hangs
behind walls: timeout
"""
import re


def double(x):
    return re.match(r"(a+)+$", "a" * 60 + "b") or 2 * x
