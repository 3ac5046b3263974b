"""Momentum goes back to its start, whatever the third of moms says.

root: fit_one_cycle
band: core
advice: moms holds three numbers: at the start, at the turn, at the end.
"""

_fit_one_cycle = fit_one_cycle


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    _fit_one_cycle(learn, n_epoch, lr_max, (moms[0], moms[1], moms[0]))
