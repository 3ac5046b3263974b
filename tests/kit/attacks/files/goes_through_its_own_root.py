"""Reads a file of the machine by the way around /proc/self/root.

without walls: it passes
behind walls: error
"""


def double(x):
    with open("/proc/self/root/etc/passwd") as file:
        return 2 * x if file.read() else None
