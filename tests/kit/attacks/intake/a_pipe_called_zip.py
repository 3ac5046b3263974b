"""Hands in a named pipe called homework.zip.

without walls: the reader hangs
behind walls: not graded
"""


import os


def build(folder):
    os.mkfifo(folder / "homework.zip")
