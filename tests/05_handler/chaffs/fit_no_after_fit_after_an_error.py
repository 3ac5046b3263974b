"""An exception ends the fit without after_fit.

root: fit
band: robust
advice: A callback may have something open. `finally` runs however the block before it is left.
"""

import torch


def fit(epochs, learn, cb):
    if cb.begin_fit(learn):
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                break
    cb.after_fit()
