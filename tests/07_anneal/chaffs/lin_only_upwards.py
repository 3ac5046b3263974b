"""The way from start to end is always taken as positive, so a falling schedule rises.

root: sched_lin
band: core
advice: end - start is negative when the schedule falls, and has to be.
"""


@annealer
def sched_lin(start, end, pos):
    return start + pos * abs(end - start)
