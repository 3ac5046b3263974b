"""Gradients are switched off and on by hand, and on again after an Exception: a KeyboardInterrupt is none.

root: fit
band: robust
advice: `with torch.no_grad():` puts things right whatever ends it.
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
                torch.set_grad_enabled(False)
                try:
                    all_batches(learn.data.valid_dl, cb)
                except Exception:
                    torch.set_grad_enabled(True)
                    raise
                torch.set_grad_enabled(True)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
