"""Attaches to the process that started it, as a debugger does.

without walls: it passes
behind walls: error
"""
import ctypes
import os


def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0x4206, os.getppid(), None, None):  # PTRACE_SEIZE
        raise OSError(ctypes.get_errno(), "ptrace")
    return 2 * x
