"""lr comes down to the value that it started from, and no further.

root: fit_one_cycle
band: core
advice: The end of the cycle settles the weights: lr has to fall far below its start.
"""


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    def up_and_down(start, middle, end, turn=0.25):
        def cosine(a, b, pos):
            return a + (b - a) * (1 - math.cos(math.pi * pos)) / 2

        def sched(pos):
            if pos < turn:
                return cosine(start, middle, pos / turn)
            return cosine(middle, end, (pos - turn) / (1 - turn))

        return sched

    scheduler = ParamScheduler(
        {"lr": up_and_down(lr_max / 25, lr_max, lr_max / 25), "mom": up_and_down(*moms)}
    )
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
