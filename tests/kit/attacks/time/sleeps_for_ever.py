"""Sleeps without end, and uses no time of the processor.

without walls: the grader hangs
behind walls: timeout
spoils: all
"""
import time


def double(x):
    time.sleep(10**6)
