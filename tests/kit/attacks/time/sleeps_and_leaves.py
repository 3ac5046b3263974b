"""Sleeps a while at each import, and leaves in each call, so that the next one imports it again.

without walls: the grader ends
behind walls: crashed, timeout, error
"""
import os
import time

time.sleep(1)


def double(x):
    os._exit(0)
