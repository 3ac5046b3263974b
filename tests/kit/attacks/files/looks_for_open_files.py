"""Looks for a descriptor that leads out, among those that it has inherited.

without walls: it passes
behind walls: fail
"""
import os
import stat


def double(x):
    for fd in range(4, 1024):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if stat.S_ISDIR(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
            return 2 * x
    return None
