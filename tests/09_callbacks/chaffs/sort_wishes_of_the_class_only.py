"""Wishes are read from the class, so one that is set on an object is not heard.

root: sort_callbacks
band: robust
advice: cb.run_before finds both: what the object has, and what its class has.
"""


def sort_callbacks(cbs):
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    def comes_first(a, b):
        return isinstance(b, classes(type(a).run_before)) or isinstance(a, classes(type(b).run_after))

    waiting, ordered = list(cbs), []
    while waiting:
        ready = next((b for b in waiting if not any(comes_first(a, b) for a in waiting if a is not b)), None)
        if ready is None:
            raise ValueError("run_before and run_after go round in a circle")
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
