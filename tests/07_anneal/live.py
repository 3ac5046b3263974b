"""What a notebook draws beside the result of a check: the schedule, and what it should be."""

import math

POSITIONS = [n / 60 for n in range(61)]
SCHEDULES = {
    "sched_no": lambda start, end, pos: start,
    "sched_lin": lambda start, end, pos: start + pos * (end - start),
    "sched_cos": lambda start, end, pos: start + (end - start) * (1 - math.cos(math.pi * pos)) / 2,
    "sched_exp": lambda start, end, pos: start * (end / start) ** pos,
}


def pictures(module, function):
    """Pictures for a function of the unit, `module` being what the notebook has defined."""
    if function in SCHEDULES:
        yours, due = getattr(module, function)(0.3, 1.5), SCHEDULES[function]
        title, lines = f"{function}(0.3, 1.5)", {"expected": [[p, due(0.3, 1.5, p)] for p in POSITIONS]}
    elif function == "cos_1cycle_anneal":
        up, down = module.cos_1cycle_anneal(0.1, 1.0, 0.01)
        return [
            {"title": f"phase {n} of cos_1cycle_anneal(0.1, 1.0, 0.01)", "lines": {"yours": values(phase)}}
            for n, phase in enumerate((up, down), 1)
        ]
    elif function == "combine_scheds":
        yours = module.combine_scheds([0.3, 0.7], [lambda pos: 0.1 + 0.9 * pos, lambda pos: 1 - pos])
        title = "combine_scheds([0.3, 0.7], [from 0.1 to 1, from 1 to 0])"
        lines = {"expected": [[0.0, 0.1], [0.3, 1.0], [1.0, 0.0]]}
    else:
        return []
    return [{"title": title, "lines": {"yours": values(yours)} | lines}]


def values(schedule):
    return [[pos, float(schedule(pos))] for pos in POSITIONS]
