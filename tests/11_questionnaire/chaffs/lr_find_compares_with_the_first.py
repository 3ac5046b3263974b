"""The loss is compared with the first one.

root: f3_lr_find
band: stretch
advice: It is the lowest so far that counts.
"""


def f3_lr_find(loss_at, start, end, n):
    rates, losses = [], []
    for k in range(n):
        rates.append(start * (end / start) ** (k / (n - 1)))
        losses.append(loss_at(rates[-1]))
        if not losses[-1] <= 4 * losses[0] or math.isinf(losses[-1]):
            break
    return rates, losses
