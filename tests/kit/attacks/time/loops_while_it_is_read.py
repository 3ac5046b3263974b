"""Loops in the code that Python runs to understand the file, by a decorator at import.

without walls: the grader hangs
behind walls: error, timeout
spoils: all
"""


def forever(function):
    while True:
        pass


@forever
def double(x):
    return 2 * x
