"""Reads the memory of the process that started it.

without walls: it passes
behind walls: error
"""
import os
import re


def double(x):
    with open(f"/proc/{os.getppid()}/maps") as file:
        start = int(re.search(r"^([0-9a-f]+)-\S+ rw", file.read(), re.M)[1], 16)
    with open(f"/proc/{os.getppid()}/mem", "rb", 0) as memory:
        memory.seek(start)
        return 2 * x if memory.read(8) else None
