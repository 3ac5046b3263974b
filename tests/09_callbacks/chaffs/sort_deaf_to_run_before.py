"""Only run_after is looked at: a callback that wants to run before another one stays behind it.

root: sort_callbacks
band: core
advice: Either of two callbacks may carry the wish: a's run_before and b's run_after say the same.
"""


def sort_callbacks(cbs):
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    waiting, ordered = list(cbs), []
    while waiting:
        for cb in waiting:
            if not any(isinstance(other, classes(cb.run_after)) for other in waiting if other is not cb):
                break
        else:
            raise ValueError("the callbacks can't be sorted")
        waiting.remove(cb)
        ordered.append(cb)
    return ordered
