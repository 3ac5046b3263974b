"""Lifts its own limits of memory and time.

without walls: it passes
behind walls: error
"""
import resource


def double(x):
    for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        resource.setrlimit(which, resource.getrlimit(which))
    return 2 * x
