"""Puts sequences into its message that colour, clear and rename a terminal.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("\x1b[2J\x1b[31mgrader-attack\x1b]0;owned\x07\x1b[1A all tests passed")
