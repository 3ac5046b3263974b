"""All that wait for nobody come first, then all that waited for these: an order that was fine is changed.

root: sort_callbacks
band: robust
advice: Take one callback at a time, the first given that waits for nobody, and look again from the start.
"""


def sort_callbacks(cbs):
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    def comes_first(a, b):
        return isinstance(b, classes(a.run_before)) or isinstance(a, classes(b.run_after))

    waiting, ordered = list(cbs), []
    while waiting:
        ready = [b for b in waiting if not any(comes_first(a, b) for a in waiting if a is not b)]
        if not ready:
            raise ValueError("run_before and run_after go round in a circle")
        ordered += ready
        waiting = [cb for cb in waiting if all(cb is not r for r in ready)]
    return ordered
