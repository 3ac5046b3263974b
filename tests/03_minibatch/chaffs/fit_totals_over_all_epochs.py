"""The totals go on from epoch to epoch, so the result is the average of all validations, not the last one.

root: fit
band: core
advice: Start the totals and the count at zero in each epoch, before the loop over the validation batches.
"""

from itertools import islice

import torch


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    total_loss, total_accuracy, n_valid = 0.0, 0.0, 0
    for _ in range(epochs):
        model.train()
        batches = iter(train_dl)
        while group := list(islice(batches, accumulate)):
            n_items = sum(len(xb) for xb, _ in group)
            for xb, yb in group:
                loss = loss_func(model(xb), yb)
                (loss * (len(xb) / n_items)).backward()
            opt.step()
            opt.zero_grad()

        model.eval()
        with torch.no_grad():
            for xb, yb in valid_dl:
                predictions = model(xb)
                total_loss += loss_func(predictions, yb) * len(xb)
                total_accuracy += accuracy(predictions, yb) * len(xb)
                n_valid += len(xb)
    return total_loss / n_valid, total_accuracy / n_valid
