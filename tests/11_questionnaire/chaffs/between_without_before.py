"""Only the one that comes first is named.

root: q27_between
band: core
advice: Nothing keeps Last from running earlier: name it, too.
"""


def q27_between(Callback, First, Last):
    class Between(Callback):
        run_after = First

    return Between
