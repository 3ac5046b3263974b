"""Raises a message that a spreadsheet takes for a formula.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("=cmd|'/C calc'!A0 grader-attack")
