"""Runs a command of the shell.

without walls: it passes
behind walls: error, fail
"""
import os


def double(x):
    return 2 * x if os.system("exit 0") == 0 else None
