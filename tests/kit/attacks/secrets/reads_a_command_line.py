"""Reads the command line of the process that started it.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    with open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
        return 2 * x if file.read() else None
