"""Raises an exception whose text takes for ever.

without walls: the grader hangs
behind walls: timeout
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def double(x):
    raise Endless
