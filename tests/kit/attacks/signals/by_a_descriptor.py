"""Kills the process that started it by a descriptor of it.

without walls: the grader ends
behind walls: error
"""
import os
import signal


def double(x):
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)
    return 2 * x
