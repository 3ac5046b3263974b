"""Validation records a graph that nobody needs, and the results still hold it.

root: fit
band: core
advice: Wrap the validation in torch.no_grad(): it takes half the memory, and less time.
"""

from itertools import islice


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
        total_loss, total_accuracy, n_items = 0.0, 0.0, 0
        for xb, yb in valid_dl:
            predictions = model(xb)
            total_loss += loss_func(predictions, yb) * len(xb)
            total_accuracy += accuracy(predictions, yb) * len(xb)
            n_items += len(xb)
    return total_loss / n_items, total_accuracy / n_items
