"""When begin_fit is refused, the fit returns without after_fit.

root: fit
band: robust
advice: Those who were asked before the refusal may have begun something: after_fit reaches everybody here, too.
"""

import torch


def fit(epochs, learn, cb):
    if not cb.begin_fit(learn):
        return
    try:
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
