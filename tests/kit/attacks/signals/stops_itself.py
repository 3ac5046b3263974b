"""Stops itself, and uses no time of the processor.

without walls: the grader hangs
behind walls: timeout
spoils: all
"""
import os
import signal


def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 2 * x
