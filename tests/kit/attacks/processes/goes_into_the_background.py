"""Forks twice and starts a session of its own, as a daemon does, to be there when the grading is over.

without walls: a process is left
behind walls: error
"""
import os
import time


def double(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(20)
        os._exit(0)
    return 2 * x
