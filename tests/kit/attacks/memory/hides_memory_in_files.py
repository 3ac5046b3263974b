"""Takes 2 GB in files without a place on any disk, which count as nobody's memory.

without walls: memory is hidden
behind walls: crashed, error
"""
import os
import time

hoard = []


def double(x):
    for _ in range(40):
        fd = os.memfd_create("grader-attack")
        hoard.append(fd)
        os.posix_fallocate(fd, 0, 52 << 20)
    time.sleep(1)
    return 2 * x
