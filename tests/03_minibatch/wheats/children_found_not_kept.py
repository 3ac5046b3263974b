"""No registration at all: the children are found among the attributes when they are asked for; weighted sums."""

import torch
from torch import nn


class DummyModule:
    def __init__(self):
        super().__init__()

    def named_children(self):
        # An instance's dict keeps the order of first assignment, and forgets what is deleted.
        for name, value in list(vars(self).items()):
            if name[:1] != "_" and hasattr(value, "parameters"):
                yield name, value

    def parameters(self):
        yielded = set()
        for _, child in self.named_children():
            for p in child.parameters():
                if p not in yielded:  # tensors are hashed by identity
                    yielded.add(p)
                    yield p

    def __repr__(self):
        lines = [f"  ({name}): {child}" for name, child in self.named_children()]
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.calls = []
        for layer in layers:
            name = f"layer{len(self.calls)}"
            setattr(self, name, layer)
            self.calls.append(name)

    def forward(self, x):
        for name in self.calls:
            x = getattr(self, name)(x)
        return x


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.lr = lr
        self.params = [*params]

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            p.add_(p.grad, alpha=-float(self.lr))

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    if accumulate != 1:
        raise NotImplementedError("fit")
    result = None
    for _ in range(epochs):
        model.train()
        for xb, yb in train_dl:
            opt.zero_grad()
            loss_func(model(xb), yb).backward()
            opt.step()
        opt.zero_grad()

        model.eval()
        sizes, losses, accuracies = [], [], []
        with torch.no_grad():
            for xb, yb in valid_dl:
                pred = model(xb)
                sizes.append(len(yb))
                losses.append(float(loss_func(pred, yb)))
                accuracies.append(float(accuracy(pred, yb)))
        n = sum(sizes)
        result = tuple(
            sum(size * value for size, value in zip(sizes, values, strict=True)) / n
            for values in (losses, accuracies)
        )
    return result
