"""Gives a file of somebody else's a second name, under which it would outlive the first.

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
    os.link(course() + "/secret", course() + "/grader-attack-link")
    os.unlink(course() + "/grader-attack-link")
    return 2 * x
