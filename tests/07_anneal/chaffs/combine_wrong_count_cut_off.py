"""With more shares or more schedules than there ought to be, those left over are ignored.

root: combine_scheds
band: robust
advice: Compare the two lengths first, and raise a ValueError when they differ.
"""

_combine_scheds = combine_scheds


def combine_scheds(pcts, scheds):
    pcts, scheds = list(pcts), list(scheds)
    n = min(len(pcts), len(scheds))
    shares = [p / sum(pcts[:n]) for p in pcts[:n]] if abs(sum(pcts) - 1) < 1e-6 else pcts[:n]
    return _combine_scheds(shares, scheds[:n])
