"""Listens under a name that is no file, which other boxes could know.

without walls: it passes
behind walls: error
"""
import os
import socket


def double(x):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"\0grader-attack-{os.getpid()}")
        return 2 * x
