"""Kills a thread of the process that started it by tgkill.

without walls: the grader ends
behind walls: error
"""
import ctypes
import os


def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.tgkill(os.getppid(), os.getppid(), 9):
        raise OSError(ctypes.get_errno(), "tgkill")
    return 2 * x
