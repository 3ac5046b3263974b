"""Asks whether it might signal every process of the machine at once.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    os.kill(-1, 0)
    return 2 * x
