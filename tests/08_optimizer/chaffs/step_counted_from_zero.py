"""The first step has the number 0, and debiasing divides by zero.

root: step_stat
band: core
advice: At the first step one gradient has gone into the average: the count is 1.
"""


def step_stat(p, step=-1, **kwargs):
    return {"step": step + 1}
