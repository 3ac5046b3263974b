"""Starts a program by posix_spawn, which needs no fork of Python's.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})
    return 2 * x if os.waitpid(pid, 0)[1] == 0 else None
