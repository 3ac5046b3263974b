"""The function gets end before start, so every schedule runs backwards.

root: annealer
band: core
advice: The function that is decorated takes start, end, pos, in that order.
"""


def annealer(f):
    return lambda start, end: lambda pos: f(end, start, pos)


sched_no, sched_lin, sched_cos, sched_exp = (
    annealer(schedule.__wrapped__) for schedule in (sched_no, sched_lin, sched_cos, sched_exp)
)
