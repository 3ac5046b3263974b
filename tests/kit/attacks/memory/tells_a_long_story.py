"""Raises an exception of 200 million letters.

without walls: it is printed
behind walls: error, out_of_memory, timeout
"""


def double(x):
    raise ValueError("grader-attack " * 15_000_000)
