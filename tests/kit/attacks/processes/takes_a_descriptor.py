"""Takes a descriptor from the process that started it.

without walls: it passes
behind walls: error
"""
import ctypes
import os


def double(x):
    pidfd = os.pidfd_open(os.getppid())
    fd = ctypes.CDLL(None, use_errno=True).syscall(438, pidfd, 0, 0)  # pidfd_getfd
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    return 2 * x
