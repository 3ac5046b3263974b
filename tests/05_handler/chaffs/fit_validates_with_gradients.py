"""Validation runs with gradients on: memory for a backward pass that never comes.

root: fit
band: core
advice: Only the training half needs gradients. There is a context manager for the other half.
"""


def fit(epochs, learn, cb):
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
