"""Asks how long the course's secret is, which no wall of the kernel's guards.

without walls: it passes
behind walls: fail, error, pass
known: that a file exists, and how long it is, can be seen where its path is known; Landlock does not guard it
"""
import os


def double(x):
    return 2 * x if os.stat("/etc/passwd").st_size else None
