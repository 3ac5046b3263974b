"""The distance from end decays at a fixed rate, so the schedule comes near to end but never gets there.

root: sched_exp
band: core
advice: Equal factors in equal times: the factor for all of the way is end / start, raised to the position.
"""

import math


@annealer
def sched_exp(start, end, pos):
    return end + (start - end) * math.exp(-5 * pos)
