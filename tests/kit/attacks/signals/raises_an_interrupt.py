"""Raises KeyboardInterrupt, as if the instructor had pressed Ctrl-C.

without walls: the grader ends
behind walls: error
"""


def double(x):
    raise KeyboardInterrupt
