"""Changes the very list that it is given, by which the expected value is computed afterwards.

without walls: wrong work passes
behind walls: fail
"""
import gc
import sys


def double(x):
    frame = sys._getframe(1)
    while frame is not None:
        if "expected_later" in frame.f_locals:
            frame.f_locals["expected_later"][:] = [7]
        frame = frame.f_back
    return 7
