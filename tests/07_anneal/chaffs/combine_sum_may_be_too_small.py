"""Only shares that add up to more than 1 are refused.

root: combine_scheds
band: robust
advice: A sum may be wrong in two directions: compare its distance from 1.
"""

_combine_scheds = combine_scheds


def combine_scheds(pcts, scheds):
    pcts = list(pcts)
    if len(pcts) == len(scheds) and 0 < sum(pcts) < 1 and min(pcts) >= 0:
        whole = sum(pcts)
        pcts = [q / whole for q in pcts]
    return _combine_scheds(pcts, scheds)
