"""Shares have to add up to exactly 1, so 0.7, 0.2 and 0.1 are turned away.

root: combine_scheds
band: robust
advice: Floats add up with rounding: allow for a small difference.
"""

_combine_scheds = combine_scheds


def combine_scheds(pcts, scheds):
    pcts = list(pcts)
    if sum(pcts) != 1:
        raise ValueError(f"the shares have to add up to 1: {pcts}")
    return _combine_scheds(pcts, scheds)
