"""Any exception is taken for a wish to stop: the fit ends quietly, and nobody learns of the bug.

root: fit
band: robust
advice: The way to stop is learn.stop or a no. Let exceptions of others reach the caller.
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
    except Exception:
        pass
    finally:
        cb.after_fit()
