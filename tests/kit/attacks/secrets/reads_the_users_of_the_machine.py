"""Reads who has an account on the machine.

without walls: it passes
behind walls: error
"""


def double(x):
    with open("/etc/passwd") as file:
        return 2 * x if file.read() else None
