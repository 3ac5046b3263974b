"""The callbacks are sorted with a comparison that says equal to pairs without a wish, so chains are lost.

root: sort_callbacks
band: core
advice: Sorting by comparison needs an answer for every pair. Here most pairs have none: pick one that waits
for nobody, again and again.
"""

from functools import cmp_to_key


def sort_callbacks(cbs):
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    def comes_first(a, b):
        return isinstance(b, classes(a.run_before)) or isinstance(a, classes(b.run_after))

    def compare(a, b):
        return comes_first(b, a) - comes_first(a, b)

    return sorted(cbs, key=cmp_to_key(compare))
