"""Phases without a share are left out first, so that at 1 the last one that has a share is asked.

root: combine_scheds
band: robust
advice: At 1 the last schedule is asked, at its 1, though its share be 0.
"""

_combine_scheds = combine_scheds


def combine_scheds(pcts, scheds):
    pcts, scheds = list(pcts), list(scheds)
    if len(pcts) != len(scheds):
        return _combine_scheds(pcts, scheds)
    kept = [(q, s) for q, s in zip(pcts, scheds, strict=True) if q]
    return _combine_scheds([q for q, _ in kept], [s for _, s in kept])
