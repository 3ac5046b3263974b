"""Has itself not killed when its parent ends.

without walls: it passes
behind walls: error
"""
import ctypes


def double(x):
    if ctypes.CDLL(None, use_errno=True).prctl(1, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    return 2 * x
