"""A phase begins where the share of the one before says: right for two phases, wrong for three.

root: combine_scheds
band: core
advice: A phase begins after all the phases before it: add up their shares.
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
        phase = bisect_right(begins, pos) - 1
        begin = pcts[phase - 1] if phase else 0.0
        within = (pos - begin) / pcts[phase] if pcts[phase] else 1.0
        return scheds[phase](min(max(within, 0.0), 1.0))

    return combined
