"""The end is a case of its own only where the last share is 0: elsewhere the sums say who is asked at 1, rounded.

root: combine_scheds
band: robust
advice: Sums of shares are rounded. At exactly 1, don't look at them: ask the last schedule, at its 1.
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

    def combined(pos):
        if pos >= 1 and not pcts[-1]:
            return scheds[-1](1.0)
        phase = bisect_right(begins, pos) - 1
        within = (pos - begins[phase]) / pcts[phase] if pcts[phase] else 1.0
        return scheds[phase](min(within, 1.0))

    return combined
