"""begin_validate is told rather than asked: validation runs, whatever is answered.

root: fit
band: core
advice: A no at begin_validate skips the validation of this epoch.
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
            cb.begin_validate()
            with torch.no_grad():
                all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
