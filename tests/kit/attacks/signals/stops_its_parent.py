"""Stops the process that started it, which then waits for ever.

without walls: the grader hangs
behind walls: error
"""
import os
import signal


def double(x):
    os.kill(os.getppid(), signal.SIGSTOP)
    return 2 * x
