"""Ends itself by an alarm in the middle of a call.

without walls: the grader ends
behind walls: crashed
"""
import signal
import time


def double(x):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    time.sleep(20)
