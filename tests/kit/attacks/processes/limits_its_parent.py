"""Takes the open files from the process that started it.

without walls: it passes
behind walls: error
"""
import os
import resource


def double(x):
    before = resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, before)
    return 2 * x
