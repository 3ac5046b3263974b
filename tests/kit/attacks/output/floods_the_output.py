"""Prints two hundred megabytes.

without walls: it is printed
behind walls: pass
"""
import os


def double(x):
    line = b"grader-attack: all tests passed\n" * 4096
    for _ in range(1600):
        os.write(1, line)
    return 2 * x
