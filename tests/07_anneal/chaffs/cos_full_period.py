"""A whole period of the cosine is used, so the schedule is at end half way and comes back to start.

root: sched_cos
band: core
advice: Half a period leads from 1 to -1: the angle goes from 0 to π.
"""

import math


@annealer
def sched_cos(start, end, pos):
    return start + (end - start) * (1 - math.cos(2 * math.pi * pos)) / 2
