"""Puts a compiled file of its own beside the course's tests.

without walls: a file is left
behind walls: error
"""
import os


def course():
    pid = os.getpid()
    while pid:
        if os.path.exists(f"/proc/{pid}/cwd/reference"):
            return os.readlink(f"/proc/{pid}/cwd")
        pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
    raise FileNotFoundError("no course")


def double(x):
    with open(course() + "/tests/grader-attack.pyc", "wb") as file:
        file.write(b"\0")
    return 2 * x
