"""The figure of the handout: the four schedules, and the lesson's run of two of them."""

from matplotlib.figure import Figure

POSITIONS = [k / 200 for k in range(201)]


def draw(key):
    figure = Figure(figsize=(6, 5.4), layout="constrained")
    four, run = figure.subplots(2, 1, sharex=True)
    for name in ("sched_no", "sched_lin", "sched_cos", "sched_exp"):
        four.plot(POSITIONS, values(getattr(key, name)(1.0, 0.05)), label=name)
    four.set_title("from 1 to 0.05", fontsize=11)
    four.legend(fontsize=9)
    one_cycle = key.combine_scheds([0.3, 0.7], key.cos_1cycle_anneal(0.3, 0.6, 0.2))
    run.plot(POSITIONS, values(one_cycle), color="C4")
    run.set_title("one cycle: 30 % from 0.3 to 0.6, then 70 % to 0.2", fontsize=11)
    run.set_ylim(0, 0.65)
    run.set_xlabel("position in training")
    return {"schedules": figure}


def values(schedule):
    return [schedule(pos) for pos in POSITIONS]
