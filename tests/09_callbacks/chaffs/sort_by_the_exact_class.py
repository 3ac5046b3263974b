"""A wish holds for objects of the very class that it names, not for those of derived classes.

root: sort_callbacks
band: robust
advice: type(a) is B asks too much: isinstance(a, B) is true for derived classes as well.
"""


def sort_callbacks(cbs):
    def named(cb, wanted):
        return type(cb) in (wanted if isinstance(wanted, (list, tuple)) else (wanted,))

    waiting, ordered = list(cbs), []
    while waiting:
        for cb in waiting:
            others = [other for other in waiting if other is not cb]
            if not any(named(cb, other.run_before) or named(other, cb.run_after) for other in others):
                break
        else:
            raise ValueError("the callbacks can't be sorted")
        waiting.remove(cb)
        ordered.append(cb)
    return ordered
