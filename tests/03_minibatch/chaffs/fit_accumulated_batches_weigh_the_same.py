"""Each of the accumulated batches counts one k-th, although a smaller one holds fewer items.

root: fit
band: stretch
advice: The mean over the joined batch is a mean over items: a batch counts by how many it holds.
"""

from itertools import islice

import torch


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    for _ in range(epochs):
        model.train()
        batches = iter(train_dl)
        while group := list(islice(batches, accumulate)):
            for xb, yb in group:
                loss = loss_func(model(xb), yb)
                (loss / len(group)).backward()
            opt.step()
            opt.zero_grad()

        model.eval()
        total_loss, total_accuracy, n_items = 0.0, 0.0, 0
        with torch.no_grad():
            for xb, yb in valid_dl:
                predictions = model(xb)
                total_loss += loss_func(predictions, yb) * len(xb)
                total_accuracy += accuracy(predictions, yb) * len(xb)
                n_items += len(xb)
    return total_loss / n_items, total_accuracy / n_items
