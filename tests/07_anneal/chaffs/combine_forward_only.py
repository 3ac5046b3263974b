"""The schedule remembers which phase it is in and never goes back, so it works for one run through training only.

root: combine_scheds
band: core
advice: A schedule is a function of the position alone: find the phase anew at each call.
"""

import math
from itertools import accumulate


def combine_scheds(pcts, scheds):
    pcts, scheds = [float(p) for p in pcts], list(scheds)
    if len(pcts) != len(scheds):
        raise ValueError(f"{len(pcts)} shares for {len(scheds)} schedules")
    if any(p < 0 for p in pcts) or not math.isclose(sum(pcts), 1, abs_tol=1e-6):
        raise ValueError(f"the shares may not be negative, and have to add up to 1: {pcts}")
    begins = [0.0, *accumulate(pcts[:-1])]
    phase = 0

    def combined(pos):
        nonlocal phase
        while phase + 1 < len(scheds) and pos >= begins[phase + 1]:
            phase += 1
        within = (pos - begins[phase]) / pcts[phase] if pcts[phase] else 1.0
        return scheds[phase](min(max(within, 0.0), 1.0))

    return combined
