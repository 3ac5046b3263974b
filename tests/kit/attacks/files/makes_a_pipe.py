"""Makes a named pipe, at which whoever reads it waits for ever.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.mkfifo("homework.py")
    os.unlink("homework.py")
    return 2 * x
