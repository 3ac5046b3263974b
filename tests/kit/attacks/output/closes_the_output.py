"""Closes standard output and error, to which the kit itself may want to write.

without walls: the grader ends
behind walls: pass, error
"""
import os


def double(x):
    os.close(1)
    os.close(2)
    return 2 * x
