"""Writes a file into /dev/shm, where other programs look for theirs.

without walls: a file is left
behind walls: error
"""


def double(x):
    with open("/dev/shm/grader-attack-file", "w") as file:
        file.write("written from a submission")
    return 2 * x
