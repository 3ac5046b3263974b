"""fastai's finder is taken to look at each loss by itself.

root: f3_stops
band: stretch
advice: fastai compares smooth_loss, which needs several large losses to rise.
"""


def f3_stops(losses):
    feed = iter(losses)
    mine = len(f3_lr_find(lambda lr: next(feed), 1e-5, 1.0, len(losses))[0])
    return [mine, next((t for t in range(1, len(losses) + 1) if losses[t - 1] > 4 * min(losses[:t])), len(losses))]
