"""Kills the process that started it.

without walls: the grader ends
behind walls: error
"""
import os
import signal


def double(x):
    os.kill(os.getppid(), signal.SIGKILL)
    return 2 * x
