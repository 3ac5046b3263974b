"""Adam is told at each step that it is the first.

root: q14_race
band: core
advice: i grows by one with each step.
"""


def q14_race():
    start = 1.0 + my_numbers("q14", 1)[0] / 10
    x, steps = start, {"sgd": 0, "momentum": 0, "adam": 0}
    while abs(x) >= 0.5:
        x = q01_sgd_step(x, x, 0.1)
        steps["sgd"] += 1
    x, avg = start, 0.0
    while abs(x) >= 0.5:
        x, avg = q07_momentum(x, x, avg, 0.1, 0.9)
        steps["momentum"] += 1
    x, avg, sqr_avg = start, 0.0, 0.0
    while abs(x) >= 0.5:
        x, avg, sqr_avg = q14_adam(x, x, avg, sqr_avg, 0, 0.1, 0.9, 0.99, 1e-5)
        steps["adam"] += 1
    return steps
