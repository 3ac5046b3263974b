"""Allocates gigabytes in its own folder at once.

without walls: a disk fills
behind walls: crashed, error
"""
import os


def double(x):
    for number in range(40):
        with open(f"grader-attack-{number}", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 60 << 20)
    return 2 * x
