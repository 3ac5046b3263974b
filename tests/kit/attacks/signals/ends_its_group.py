"""Ends every process of its group.

without walls: the grader ends
behind walls: error
"""
import os
import signal


def double(x):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(0, signal.SIGTERM)
    return 2 * x
