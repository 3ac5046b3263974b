"""Forks ten processes that go on for themselves.

without walls: a process is left
behind walls: error
"""
import os
import time


def double(x):
    for _ in range(10):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return 2 * x
