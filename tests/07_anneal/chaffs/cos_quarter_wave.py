"""A quarter of the wave is used: right at both ends, but steep at the start where it ought to be flat.

root: sched_cos
band: core
advice: The curve is flat at both ends, and half way it is half way between them.
"""

import math


@annealer
def sched_cos(start, end, pos):
    return start + (end - start) * math.sin(math.pi / 2 * pos)
