"""The last rate is one factor below the end.

root: f3_lr_find
band: stretch
advice: n rates have n - 1 factors between them.
"""


def f3_lr_find(loss_at, start, end, n):
    rates, losses = [], []
    for k in range(n):
        rates.append(start * (end / start) ** (k / n))
        losses.append(loss_at(rates[-1]))
        if not losses[-1] <= 4 * min(losses) or math.isinf(losses[-1]):
            break
    return rates, losses
