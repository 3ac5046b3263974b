"""Makes a file that claims to be a terabyte long.

without walls: it passes
behind walls: error
"""


def double(x):
    with open("grader-attack-long", "wb") as file:
        file.truncate(1 << 40)
    return 2 * x
