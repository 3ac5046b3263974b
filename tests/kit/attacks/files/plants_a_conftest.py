"""Appends to the course's conftest.py, which runs at the next grading.

without walls: it passes
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
    with open(course() + "/conftest.py", "a") as file:
        file.write("# grader-attack\n")
    return 2 * x
