"""Makes the course's secret readable to everybody.

without walls: it passes
behind walls: error, fail
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
    os.chmod(course() + "/secret", 0o604)
    worked = os.stat(course() + "/secret").st_mode & 4
    os.chmod(course() + "/secret", 0o600)
    return 2 * x if worked else None
