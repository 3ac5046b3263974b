"""Wishes that go round in a circle are dropped in silence: the rest is taken as it was given.

root: sort_callbacks
band: robust
advice: Where nobody is left who waits for nobody, no order can be right. Say so with a ValueError.
"""


def sort_callbacks(cbs):
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    def comes_first(a, b):
        return isinstance(b, classes(a.run_before)) or isinstance(a, classes(b.run_after))

    waiting, ordered = list(cbs), []
    while waiting:
        ready = [b for b in waiting if not any(comes_first(a, b) for a in waiting if a is not b)]
        first = ready[0] if ready else waiting[0]
        waiting.remove(first)
        ordered.append(first)
    return ordered
