"""Changes the mode of a file outside by a descriptor that it opened for reading.

without walls: it passes
behind walls: fail, error
"""
import os
import sysconfig


def double(x):
    file = os.path.join(sysconfig.get_path("stdlib"), "os.py")
    fd = os.open(file, os.O_RDONLY)
    before = os.fstat(fd).st_mode
    os.fchmod(fd, before ^ 0o100)
    after = os.fstat(fd).st_mode
    os.fchmod(fd, before)
    return 2 * x if after != before else None
