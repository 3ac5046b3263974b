"""The rates are evenly spaced.

root: f3_lr_find
band: stretch
advice: Each rate is larger than the last by the same factor, not by the same amount.
"""


def f3_lr_find(loss_at, start, end, n):
    rates, losses = [], []
    for k in range(n):
        rates.append(start + (end - start) * k / (n - 1))
        losses.append(loss_at(rates[-1]))
        if not losses[-1] <= 4 * min(losses) or math.isinf(losses[-1]):
            break
    return rates, losses
