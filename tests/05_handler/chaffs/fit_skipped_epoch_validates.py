"""A no at begin_epoch skips the training only, and the epoch's validation still runs.

root: fit
band: core
advice: In this design begin_epoch announces the whole epoch, with its validation.
"""

import torch


def fit(epochs, learn, cb):
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if cb.begin_epoch(epoch):
                all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
