"""Start and end are kept in one place for the function, so the latest schedule changes those made before it.

root: annealer
band: core
advice: Each schedule needs a start and an end of its own: a closure or a partial holds them.
"""


def annealer(f):
    ends = {}

    def with_ends(start, end):
        ends.update(start=start, end=end)
        return lambda pos: f(ends["start"], ends["end"], pos)

    return with_ends


sched_no, sched_lin, sched_cos, sched_exp = (
    annealer(schedule.__wrapped__) for schedule in (sched_no, sched_lin, sched_cos, sched_exp)
)
