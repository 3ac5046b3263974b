"""The handler of unit 05 drives everything; AdamW for the convnet, whose images are shifted anew each time they are used."""

import math

import torch
from dataloader import DataLoader, Dataset, Sampler, collate
from handler import Callback, CallbackHandler, DataBunch, Learner, fit
from init import init_model_
from minibatch import SequentialModel
from optimizer import SGD, Adam, AdamW, Momentum, RMSProp
from softmax import cross_entropy
from torch import nn
from torch.nn.functional import pad


# Comparing with torch while the module is imported is free.
SOME = torch.zeros(2, 3), torch.tensor([0, 2])
assert torch.allclose(cross_entropy(*SOME), torch.nn.functional.cross_entropy(*SOME))


class Scale(nn.Module):
    """From 0..1 to -1..1."""

    def forward(self, x):
        return x.mul(2).sub(1)


class Schedules(Callback):
    """Sets hyper-parameters at each training batch, and logs them with the loss."""

    def __init__(self, total, log, **schedules):
        self.total, self.log, self.schedules, self.done = total, log, schedules, 0

    def begin_batch(self, xb, yb):
        if self.learn.model.training:
            pos = self.done / max(self.total - 1, 1)
            for name, schedule in self.schedules.items():
                self.learn.opt.hypers[0][name] = schedule(pos)
        return True

    def after_loss(self, loss):
        if self.learn.model.training:
            self.done += 1
            hypers = self.learn.opt.hypers[0]
            self.log(loss=float(loss.detach()), **{k: float(hypers[k]) for k in ("lr", "mom") if k in hypers})
        return True


def _shifted(batch):
    """A batch of images, each moved by up to one pixel across and down."""
    xs, ys = collate(batch)
    h, w = xs.shape[-2:]
    wide = pad(xs, (1, 1, 1, 1))
    corners = torch.randint(0, 3, (len(xs), 2)).tolist()
    return torch.stack([x[:, i : i + h, j : j + w] for x, (i, j) in zip(wide, corners, strict=True)]), ys


def _fit(data, model, opt, bs, budget, collate_fn=collate, **schedules):
    ds = Dataset(data.x_train, data.y_train)
    train_dl = DataLoader(ds, Sampler(ds, bs, shuffle=True), collate_fn)
    epochs = budget // len(ds)
    schedules = Schedules(epochs * len(train_dl), data.log, **schedules)
    fit(epochs, Learner(model, opt, cross_entropy, DataBunch(train_dl, [])), CallbackHandler([schedules]))
    return model


def _line(start, end):
    return lambda pos: start + (end - start) * pos


def _hill(low, high, end, turn=0.25):
    def at(pos):
        a, b, share = (low, high, pos / turn) if pos < turn else (high, end, (pos - turn) / (1 - turn))
        return (a + b) / 2 + (a - b) / 2 * math.cos(math.pi * share)

    return at


def _mlp(data, device):
    pixels = data.x_train[0].numel()
    model = SequentialModel(
        [Scale(), nn.Flatten(1), nn.Linear(pixels, 50), nn.ReLU(), nn.Linear(50, data.classes)]
    )
    init_model_(model)
    return model.to(device)


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    model = _mlp(data, device)
    return _fit(data, model, SGD(model.parameters(), lr=0.1), 32, data.budget, lr=_line(0.12, 0.01))


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    model = SequentialModel(
        [
            Scale(),
            nn.Conv2d(data.x_train.shape[1], 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 48, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d((2, 2)),
            nn.Flatten(),
            nn.Linear(192, data.classes),
        ]
    )
    init_model_(model)
    model.to(device)
    opt = AdamW(model.parameters(), lr=0.001, wd=0.02)
    return _fit(
        data,
        model,
        opt,
        64,
        data.budget,
        _shifted,
        lr=_hill(0.0005, 0.008, 0.00001),
        mom=_hill(0.95, 0.85, 0.95),
    )


def train_optimizers(data, seed, device):
    lrs = {SGD: 0.2, Momentum: 0.02, RMSProp: 0.002, Adam: 0.006}
    names = {SGD: "SGD", Momentum: "Momentum", RMSProp: "RMSProp", Adam: "Adam"}
    trained = {}
    for opt_func, lr in lrs.items():
        torch.manual_seed(seed)
        model = _mlp(data, device)
        opt = opt_func(model.parameters(), lr=lr)
        trained[names[opt_func]] = _fit(data, model, opt, 50, data.budget // 4, lr=_line(lr, lr / 20))
    return trained


def train_resnet(data, seed, device):
    raise NotImplementedError("train_resnet")
