"""The answer of after_epoch is dropped, so nobody can end the fit between two epochs.

root: fit
band: core
advice: A no at after_epoch means that no further epoch begins: this is how early stopping works.
"""

import torch


def fit(epochs, learn, cb):
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            cb.after_epoch()
    finally:
        cb.after_fit()
