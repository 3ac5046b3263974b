"""Puts a carriage return and backspaces into its message, so that its line reads as passed.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("grader-attack\rPASSED \x08\x08\x08\x7f\x9b1A")
