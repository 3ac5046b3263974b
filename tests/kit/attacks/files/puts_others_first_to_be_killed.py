"""Tells the kernel to end other processes before this one when memory is short.

without walls: it passes
behind walls: error
"""


def double(x):
    with open("/proc/self/oom_score_adj", "r+") as file:
        file.write("0")
    return 2 * x
