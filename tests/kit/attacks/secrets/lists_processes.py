"""Lists the processes of the machine, and whose they are.

without walls: it passes
behind walls: error
"""
import os


def double(x):
    return 2 * x if any(name.isdigit() for name in os.listdir("/proc")) else None
