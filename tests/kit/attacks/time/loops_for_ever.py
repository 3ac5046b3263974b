"""Loops without end.

without walls: the grader hangs
behind walls: timeout
"""


def double(x):
    while True:
        pass
