"""Maps 2 GB of anonymous memory, shared, and writes to every page.

without walls: memory is taken
behind walls: out_of_memory, error, timeout
"""
import mmap


def double(x):
    memory = mmap.mmap(-1, 2**31)
    for start in range(0, 2**31, 4096):
        memory[start] = 1
    return 2 * x
