"""Momentum rises and falls together with lr: at the peak of lr it is largest.

root: fit_one_cycle
band: core
advice: Momentum mirrors lr: where the steps are longest it is lowest, moms[1].
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
        {"lr": up_and_down(lr_max / 25, lr_max, lr_max / 1e5), "mom": up_and_down(moms[1], moms[0], moms[1])}
    )
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
