"""Returns a list of three million numbers.

without walls: it is printed
behind walls: fail, crashed, error
"""


def double(x):
    return ["grader-attack"] + [0.5] * 3_000_000
