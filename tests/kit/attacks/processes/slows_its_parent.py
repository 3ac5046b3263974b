"""Puts the process that started it last in the queue for the processor.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 1)
    return 2 * x
