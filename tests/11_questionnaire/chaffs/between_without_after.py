"""Only the one that comes last is named.

root: q27_between
band: core
advice: Nothing keeps First from running later: name it, too.
"""


def q27_between(Callback, First, Last):
    class Between(Callback):
        run_before = Last

    return Between
