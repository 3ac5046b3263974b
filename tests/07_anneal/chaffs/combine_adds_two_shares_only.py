"""The begin of a phase is the sum of the two shares before it, so it all goes well until there is a fourth phase.

root: combine_scheds
band: core
advice: Add up all the shares before a phase, however many there are.
"""

import math


def combine_scheds(pcts, scheds):
    pcts, scheds = [float(p) for p in pcts], list(scheds)
    if len(pcts) != len(scheds):
        raise ValueError(f"{len(pcts)} shares for {len(scheds)} schedules")
    if any(p < 0 for p in pcts) or not math.isclose(sum(pcts), 1, abs_tol=1e-6):
        raise ValueError(f"the shares may not be negative, and have to add up to 1: {pcts}")
    begins = [sum(pcts[max(0, i - 2) : i]) for i in range(len(pcts))]

    def combined(pos):
        phase = max(i for i, begin in enumerate(begins) if pos >= begin)
        within = (pos - begins[phase]) / pcts[phase] if pcts[phase] else 1.0
        return scheds[phase](min(within, 1.0))

    return combined
