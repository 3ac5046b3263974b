"""Hands in a link to a classmate's module in the place of its own.

without walls: the reader follows
behind walls: not graded
"""


def build(folder):
    (folder / "doubling.py").symlink_to("../zoe/doubling.py")
