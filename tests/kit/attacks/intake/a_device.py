"""Hands in a link to a device that never ends.

without walls: the reader grows
behind walls: not graded
"""


def build(folder):
    (folder / "doubling.py").symlink_to("/dev/zero")
