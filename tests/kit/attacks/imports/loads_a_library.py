"""Writes a shared library that it has brought as text, and loads machine code from a file of its own.

without walls: it passes
behind walls: error
"""
import ctypes
import shutil


def double(x):
    shutil.copy(ctypes.util.find_library("c") and "/lib/x86_64-linux-gnu/libm.so.6", "mine.so")
    mine = ctypes.CDLL("./mine.so")
    mine.fabs.restype = ctypes.c_double
    mine.fabs.argtypes = [ctypes.c_double]
    return int(2 * mine.fabs(float(x))) * (1 if x > 0 else -1)


import ctypes.util
