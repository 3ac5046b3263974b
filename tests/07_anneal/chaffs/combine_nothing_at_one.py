"""Each phase ends before its last position, so at exactly 1 there is no phase left.

root: combine_scheds
band: robust
advice: The last phase includes position 1, where its schedule is at its end.
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
    ends = list(accumulate(pcts))

    def combined(pos):
        phase = bisect_right(ends, pos)
        begin = ends[phase] - pcts[phase]
        return scheds[phase](max((pos - begin) / pcts[phase], 0.0))

    return combined
