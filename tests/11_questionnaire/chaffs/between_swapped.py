"""run_after and run_before are confused.

root: q27_between
band: core
advice: Run after First: that is what run_after says.
"""


def q27_between(Callback, First, Last):
    class Between(Callback):
        run_after = Last
        run_before = First

    return Between
