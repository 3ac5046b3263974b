"""Callbacks are sorted by class, in a dict, so of two of one class the first is lost.

root: sort_callbacks
band: robust
advice: Two schedulers are two callbacks: keep the objects apart, not their classes.
"""

_sort = sort_callbacks


def sort_callbacks(cbs):
    return _sort(list({type(cb): cb for cb in cbs}.values()))
