"""Raises SystemExit(0), which `except Exception` does not catch.

without walls: the grader ends
behind walls: error
"""
import sys


def double(x):
    sys.exit(0)
