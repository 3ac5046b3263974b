"""A string is an iterable like any other, and becomes a list of its letters.

root: listify
band: core
advice: Deal with strings before you deal with iterables.
"""


def listify(o):
    if o is None:
        return []
    if isinstance(o, list):
        return o
    return list(o) if isinstance(o, Iterable) else [o]
