"""The shares are added up in the list that was passed, so whoever made it finds other numbers in it.

root: combine_scheds
band: robust
advice: What the caller passes is the caller's: make a list of your own for the sums.
"""

_combine_scheds = combine_scheds


def combine_scheds(pcts, scheds):
    combined = _combine_scheds(pcts, scheds)
    for i in range(1, len(pcts)):
        pcts[i] += pcts[i - 1]
    return combined
