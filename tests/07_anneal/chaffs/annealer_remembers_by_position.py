"""Values are remembered by position alone, so a second schedule gives the first one's values.

root: annealer
band: core
advice: A value depends on start and end, too. Leave out the memory: a schedule is cheap.
"""


def annealer(f):
    known = {}

    def with_ends(start, end):
        def schedule(pos):
            key = float(pos)
            if key not in known:
                known[key] = f(start, end, pos)
            return known[key]

        return schedule

    return with_ends


sched_no, sched_lin, sched_cos, sched_exp = (
    annealer(schedule.__wrapped__) for schedule in (sched_no, sched_lin, sched_cos, sched_exp)
)
