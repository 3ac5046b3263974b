"""A no at begin_epoch ends the whole fit instead of skipping that epoch.

root: fit
band: core
advice: Each landmark has its scope: begin_epoch announces one epoch, and a no is about that one.
"""

import torch


def fit(epochs, learn, cb):
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                break
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
