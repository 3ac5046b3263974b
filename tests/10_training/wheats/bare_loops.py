"""Everything by hand, but for the loss and the initial weights: batches are index tensors, each rule one function."""

import math

import torch
from init import kaiming_normal_
from softmax import cross_entropy
from torch import nn


class Standardise(nn.Module):
    """Takes away a mean and divides by a spread, both measured on the training images."""

    def __init__(self, x):
        super().__init__()
        self.register_buffer("mean", x.mean())
        self.register_buffer("spread", x.std(unbiased=False) + 1e-3)

    def forward(self, x):
        return (x - self.mean) / self.spread


def _fill(model):
    for p in model.parameters():
        if p.dim() > 1:
            kaiming_normal_(p)
        else:
            nn.Parameter.zero_(p.data)
    return model


def _two_layers(data):
    return _fill(
        nn.Sequential(
            Standardise(data.x_train),
            nn.Flatten(),
            nn.Linear(math.prod(data.x_train.shape[1:]), 50),
            nn.ReLU(),
            nn.Linear(50, data.classes),
        )
    )


def _three_convs(data):
    return _fill(
        nn.Sequential(
            Standardise(data.x_train),
            nn.Conv2d(data.x_train.shape[1], 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 48, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(48, data.classes),
        )
    )


def _plan(n, budget, bs):
    """The indices of every batch of the whole training, the budget used up to the last item."""
    batches = []
    while budget > 0:
        for chosen in torch.randperm(n).split(bs):
            chosen = chosen[:budget]
            if len(chosen):
                batches.append(chosen)
                budget -= len(chosen)
    return batches


def _train(model, data, plan, rule, lr, mom):
    """rule(p, memory, lr, mom) is called for each parameter; lr and mom are functions of the time, 0 to 1."""
    model.train()
    memories = [{} for _ in model.parameters()]
    for i, chosen in enumerate(plan):
        now = i / max(len(plan) - 1, 1)
        chosen = chosen.to(data.x_train.device)
        loss = cross_entropy(model(data.x_train[chosen]), data.y_train[chosen])
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for p, g, memory in zip(model.parameters(), gradients, memories, strict=True):
                rule(p, g, memory, lr(now), mom(now))
        data.log(loss=float(loss.detach()), lr=lr(now), mom=mom(now))
    return model.eval()


def _descend(p, g, memory, lr, mom):
    p.sub_(g, alpha=lr)


def _roll(p, g, memory, lr, mom):
    memory["v"] = mom * memory.get("v", 0) + g
    p.sub_(memory["v"], alpha=lr)


def _by_spread(p, g, memory, lr, mom):
    memory["s"] = 0.98 * memory.get("s", 0) + 0.02 * g * g
    p.sub_(lr * g / (memory["s"].sqrt() + 1e-6))


def _both(p, g, memory, lr, mom):
    t = memory["t"] = memory.get("t", 0) + 1
    memory["v"] = mom * memory.get("v", 0) + (1 - mom) * g
    memory["s"] = 0.99 * memory.get("s", 0) + 0.01 * g * g
    p.sub_(lr * memory["v"] / (1 - mom**t) / ((memory["s"] / (1 - 0.99**t)).sqrt() + 1e-6))


def _straight_down(top):
    return lambda now: top * (1 - 0.95 * now)


def _tent(start, top, end, peak=0.3):
    return lambda now: (
        start + (top - start) * now / peak if now < peak else top + (end - top) * (now - peak) / (1 - peak)
    )


def train_mlp(data, seed, device):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        plan = _plan(len(data.x_train), data.budget, 32)
        model = _two_layers(data).to(device)
        return _train(model, data, plan, _descend, _straight_down(0.2), lambda now: 0.0)


def train_convnet(data, seed, device):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        plan = _plan(len(data.x_train), data.budget, 50)
        model = _three_convs(data).to(device)
        return _train(model, data, plan, _roll, _tent(0.01, 0.06, 0.0002), _tent(0.95, 0.85, 0.95))


def train_optimizers(data, seed, device):
    rules = {
        "SGD": (_descend, 0.15),
        "Momentum": (_roll, 0.02),
        "RMSProp": (_by_spread, 0.003),
        "Adam": (_both, 0.006),
    }
    trained = {}
    for name, (rule, lr) in rules.items():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            plan = _plan(len(data.x_train), data.budget // 4, 50)
            model = _two_layers(data).to(device)
            trained[name] = _train(model, data, plan, rule, _straight_down(lr), lambda now: 0.9)
    return trained


def train_resnet(data, seed, device):
    raise NotImplementedError("train_resnet")
