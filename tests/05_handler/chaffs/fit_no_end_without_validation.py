"""after_epoch is asked within the branch that validates, so that an epoch without validation has no end.

root: fit
band: robust
advice: A no at begin_validate skips the validation only: after_epoch follows, and can end the fit.
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
                if not cb.after_epoch():
                    break
    finally:
        cb.after_fit()
