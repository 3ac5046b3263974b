"""nan does not end the search, as no comparison with it is true.

root: f3_lr_find
band: stretch
advice: nan > x is False: ask whether the loss is finite.
"""


def f3_lr_find(loss_at, start, end, n):
    rates, losses = [], []
    for k in range(n):
        rates.append(start * (end / start) ** (k / (n - 1)))
        losses.append(loss_at(rates[-1]))
        if losses[-1] > 4 * min(losses) or math.isinf(losses[-1]):
            break
    return rates, losses
