"""Stops the clocks of Python, so that no time limit is ever reached.

without walls: the grader hangs
behind walls: timeout
"""
import time

time.monotonic = time.time = time.perf_counter = time.process_time = lambda: 0.0
time.clock_gettime = lambda which: 0.0


def double(x):
    while True:
        pass
