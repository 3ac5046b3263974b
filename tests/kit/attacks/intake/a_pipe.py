"""Hands in a named pipe, at which a reader waits for ever.

without walls: the reader hangs
behind walls: not graded
"""


import os


def build(folder):
    os.mkfifo(folder / "doubling.py")
