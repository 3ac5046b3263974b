"""Has the kernel send its parent a signal whenever something is written.

without walls: it passes
behind walls: error
"""
import fcntl
import os


def double(x):
    read, write = os.pipe()
    fcntl.fcntl(read, fcntl.F_SETOWN, os.getppid())
    return 2 * x
