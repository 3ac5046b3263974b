"""The stop is looked up before a batch and obeyed after it, so one more batch is done: 11 steps for 10.

root: all_batches
band: core
advice: Ask do_stop right after the batch in which it may have been set.
"""


def all_batches(dl, cb):
    for xb, yb in dl:
        last = cb.do_stop()
        one_batch(xb, yb, cb)
        if last:
            return
