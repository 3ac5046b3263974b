"""Puts quotes into its message, which end an attribute of a page and begin another.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("grader-attack \" onmouseover=\"alert(1)\" ' onmouseover='alert(1)' javascript:alert(1)")
