"""Ignores every signal that may be ignored, and loops.

without walls: the grader hangs
behind walls: timeout
"""
import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def double(x):
    while True:
        pass
