"""after_fit is called within the loop over epochs, once for each of them.

root: fit
band: core
advice: A fit has one end. after_fit comes after the loop over epochs.
"""

import torch


def fit(epochs, learn, cb):
    ended = False
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            ended = False
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            going = cb.after_epoch()
            cb.after_fit()
            ended = True
            if not going:
                return
    finally:
        if not ended:
            cb.after_fit()
