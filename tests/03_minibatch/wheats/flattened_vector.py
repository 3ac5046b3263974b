"""One long vector is stepped and copied back; children in a tuple that is replaced; right answers are counted."""

import torch
from torch import nn


class DummyModule:
    _children = None

    def __init__(self):
        self._children = ()

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name.startswith("_"):
            return
        pairs = dict(self._children)
        if "parameters" in dir(value):
            pairs[name] = value
        else:
            pairs.pop(name, None)
        # A tuple that is replaced, never changed: whoever is iterating over the old one is not disturbed.
        self._children = tuple(pairs.items())

    def __delattr__(self, name):
        super().__delattr__(name)
        self._children = tuple(pair for pair in self._children if pair[0] != name)

    def named_children(self):
        return list(self._children)

    def parameters(self):
        known = set()
        for _, child in self._children:
            for p in child.parameters():
                if p in known:  # by identity: equal entries don't make equal tensors
                    continue
                known |= {p}
                yield p

    def __repr__(self):
        return "\n".join(f"{i}. {name} ({child})" for i, (name, child) in enumerate(self._children, 1))


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = list(layers)
        self.registered = nn.ModuleList(self.layers)

    def forward(self, x):
        out = x
        for i in range(len(self.layers)):
            out = self.layers[i](out)
        return out


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.params = []
        self.params.extend(params)
        self.lr = lr

    def step(self):
        moving = [p for p in self.params if p.grad is not None]
        with torch.no_grad():
            # One vector for each dtype and device.
            for kind in {(p.dtype, p.device) for p in moving}:
                these = [p for p in moving if (p.dtype, p.device) == kind]
                vector = torch.cat([p.flatten() for p in these])
                vector -= self.lr * torch.cat([p.grad.flatten() for p in these])
                for p, part in zip(these, vector.split([p.numel() for p in these]), strict=True):
                    p.copy_(part.view_as(p))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    def backward(batches):
        n = [len(yb) for _, yb in batches]
        for size, (xb, yb) in zip(n, batches, strict=True):
            loss = loss_func(model(xb), yb)
            loss.backward(torch.full_like(loss, size / sum(n)))
        opt.step()
        opt.zero_grad()

    for _ in range(epochs):
        model.train()
        pending = []
        for batch in train_dl:
            pending.append(batch)
            if len(pending) >= accumulate:
                backward(pending)
                pending = []
        if pending:
            backward(pending)

        model.eval()
        n, loss, right = 0, 0, 0
        with torch.no_grad():
            for xb, yb in valid_dl:
                pred = model(xb)
                n += yb.shape[0]
                loss = loss + loss_func(pred, yb).double() * yb.shape[0]
                # A count, so nothing has to be weighed.
                right += (pred.argmax(dim=-1) == yb).sum().item()
    return loss / n, right / n
