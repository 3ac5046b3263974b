"""The loss is averaged over items, the accuracy over batches.

root: fit
band: robust
advice: The accuracy of a batch is a mean, as its loss is: weigh it in the same way.
"""

from itertools import islice

import torch


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
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
        total_loss, total_accuracy, n_items, n_batches = 0.0, 0.0, 0, 0
        with torch.no_grad():
            for xb, yb in valid_dl:
                predictions = model(xb)
                total_loss += loss_func(predictions, yb) * len(xb)
                total_accuracy += accuracy(predictions, yb)
                n_items += len(xb)
                n_batches += 1
    return total_loss / n_items, total_accuracy / n_batches
