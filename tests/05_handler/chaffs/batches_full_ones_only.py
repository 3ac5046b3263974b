"""A batch that is smaller than the first is left out, which is mostly the last one of an epoch.

root: all_batches
band: robust
advice: Whatever the loader yields is a batch. The items of a short one count as much as others.
"""


def all_batches(dl, cb):
    size = None
    for xb, yb in dl:
        size = size or len(xb)
        if len(xb) == size:
            one_batch(xb, yb, cb)
        if cb.do_stop():
            return
