"""The second half goes back down to start, and end is not used.

root: cos_1cycle_anneal
band: core
advice: The way down leads from high to end, which may be far below start.
"""


def cos_1cycle_anneal(start, high, end):
    return [sched_cos(start, high), sched_cos(high, start)]
