"""Position 0 is always the first phase's, so that a first phase whose share is 0 is asked, and divides by it.

root: combine_scheds
band: robust
advice: A phase without a share is over when it begins: at position 0, too, it is the next one's turn.
"""

from bisect import bisect_left
from itertools import accumulate


def combine_scheds(pcts, scheds):
    pcts, scheds = list(pcts), list(scheds)
    if len(pcts) != len(scheds) or min(pcts) < 0 or abs(sum(pcts) - 1) > 1e-6:
        raise ValueError("one share for each schedule, none negative, that add up to 1")
    begins = [0.0, *accumulate(pcts[:-1])]

    def combined(pos):
        if pos >= 1:
            return scheds[-1](1.0)
        phase = max(bisect_left(begins, pos) - 1, 0)
        return scheds[phase](min((pos - begins[phase]) / pcts[phase], 1.0))

    return combined
