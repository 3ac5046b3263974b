"""What is returned is a running average of the weights; the steps of a training come out of one generator.

BatchNorm in front of everything takes the place of a normalising layer.
"""

import copy
import math

import torch
from dataloader import DataLoader, Dataset, Sampler
from init import init_model_
from optimizer import SGD, Adam, Momentum, RMSProp
from softmax import cross_entropy
from torch import nn


class Average:
    """Parameters move towards the present ones by a share each step; buffers are the present ones."""

    def __init__(self, model, keep):
        self.model, self.keep, self.steps = copy.deepcopy(model), keep, 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        keep = min(self.keep, 1 - 1 / self.steps)
        for mine, present in zip(self.model.parameters(), model.parameters(), strict=True):
            mine.lerp_(present, 1 - keep)
        for mine, present in zip(self.model.buffers(), model.buffers(), strict=True):
            mine.copy_(present)


def _steps(data, model, opt, bs, budget, adjust):
    """Yields (loss, hypers) after each step. adjust(hypers, pos) sets hyper-parameters before it."""
    ds = Dataset(data.x_train, data.y_train)
    # The first BatchNorm needs two values or more in a channel.
    dl = DataLoader(ds, Sampler(ds, bs, shuffle=True, drop_last=len(ds) > bs and len(ds) % bs == 1))
    epochs = budget // len(ds)
    done, total = 0, epochs * len(dl)
    model.train()
    for _ in range(epochs):
        for xb, yb in dl:
            adjust(opt.hypers[0], done / max(total - 1, 1))
            loss = cross_entropy(model(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
            done += 1
            yield loss.item(), opt.hypers[0]


def _train(data, model, opt, bs, budget, adjust, keep):
    average = Average(model, keep)
    for loss, hypers in _steps(data, model, opt, bs, budget, adjust):
        average.update(model)
        data.log(loss=loss, **{name: hypers[name] for name in hypers if name in ("lr", "mom")})
    return average.model.eval()


def _mlp(data, device):
    model = nn.Sequential(
        nn.BatchNorm2d(data.x_train.shape[1]),
        nn.Flatten(),
        nn.Linear(data.x_train[0].numel(), 50),
        nn.ReLU(),
        nn.Linear(50, data.classes),
    )
    init_model_(model)
    return model.to(device)


def _constant(hypers, pos):
    pass


def _one_cycle(lr_max, turn=0.35):
    def adjust(hypers, pos):
        height = (
            math.sin(math.pi / 2 * pos / turn)
            if pos < turn
            else math.cos(math.pi / 2 * (pos - turn) / (1 - turn))
        )
        hypers["lr"] = lr_max * (0.04 * (pos < turn) + 0.0005 + 0.96 * height)
        hypers["mom"] = 0.95 - 0.1 * height

    return adjust


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    model = _mlp(data, device)
    return _train(data, model, SGD(model.parameters(), lr=0.15), 32, data.budget, _constant, keep=0.97)


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    layers = [nn.BatchNorm2d(data.x_train.shape[1])]
    for c_in, c_out, size, stride in ((data.x_train.shape[1], 12, 3, 1), (12, 32, 2, 2), (32, 48, 2, 2)):
        layers += [nn.Conv2d(c_in, c_out, size, stride=stride, padding=1), nn.SiLU()]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(192, data.classes))
    init_model_(model)
    model.to(device)
    opt = Momentum(model.parameters(), lr=0.0)
    return _train(data, model, opt, 80, data.budget, _one_cycle(0.05), keep=0.9)


def train_optimizers(data, seed, device):
    def trained(opt_func, lr):
        torch.manual_seed(seed)
        model = _mlp(data, device)
        return _train(
            data, model, opt_func(model.parameters(), lr=lr), 75, data.budget // 4, _constant, keep=0.95
        )

    return dict(
        SGD=trained(SGD, 0.2),
        Momentum=trained(Momentum, 0.02),
        RMSProp=trained(RMSProp, 0.003),
        Adam=trained(Adam, 0.008),
    )


def train_resnet(data, seed, device):
    raise NotImplementedError("train_resnet")
