"""The functions of all phases look up one loop variable, so each of them calls the last schedule.

root: combine_scheds
band: core
advice: Functions made in a loop see its variable as it is when they are called: bind the schedule with partial.
"""

import math
from bisect import bisect_right
from itertools import accumulate


def combine_scheds(pcts, scheds):
    pcts, scheds = [float(p) for p in pcts], list(scheds)
    if len(pcts) != len(scheds):
        raise ValueError(f"{len(pcts)} shares for {len(scheds)} schedules")
    if any(p < 0 for p in pcts) or not math.isclose(sum(pcts), 1, abs_tol=1e-6):
        raise ValueError(f"the shares may not be negative, and have to add up to 1: {pcts}")
    begins = [0.0, *accumulate(pcts[:-1])]
    phases = []
    for i, sched in enumerate(scheds):
        phases.append(lambda pos: sched(pos))

    def combined(pos):
        phase = bisect_right(begins, pos) - 1
        within = (pos - begins[phase]) / pcts[phase] if pcts[phase] else 1.0
        return phases[phase](min(within, 1.0))

    return combined
