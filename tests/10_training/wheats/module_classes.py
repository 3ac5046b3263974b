"""Networks are classes of nn.Module, some with BatchNorm; mlp and the four run on `fit` of unit 03, epoch by epoch.

The loss function keeps the diary. The convnet has a loop of its own.
"""

import math

import torch
from dataloader import DataLoader, Dataset, Sampler
from init import init_model_
from minibatch import Optimizer, fit
from optimizer import SGD, Adam, Momentum, RMSProp
from softmax import cross_entropy
from torch import nn


class Perceptron(nn.Module):
    def __init__(self, shape, classes, hidden=50):
        super().__init__()
        self.into = nn.Linear(math.prod(shape), hidden)
        self.out = nn.Linear(hidden, classes)
        init_model_(self)

    def forward(self, images):
        x = 2 * images.flatten(1) - 0.6
        return self.out(torch.relu(self.into(x)))


class Layer(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(c_out)

    def forward(self, x):
        return self.norm(self.conv(x)).relu()


class Small(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.layers = nn.Sequential(Layer(channels, 12, 1), Layer(12, 24, 2), Layer(24, 48, 2))
        self.head = nn.Linear(48, classes)
        init_model_(self)

    def forward(self, x):
        return self.head(self.layers(x).mean((2, 3)))


def _fit(data, model, opt, lrs, bs):
    """An epoch at each of the learning rates."""
    ds = Dataset(data.x_train, data.y_train)
    train_dl = DataLoader(ds, Sampler(ds, bs, shuffle=True))
    few = Dataset(data.x_train[:50], data.y_train[:50])
    valid_dl = DataLoader(few, Sampler(few, 50))
    for lr in lrs:
        if hasattr(opt, "hypers"):
            opt.hypers[0]["lr"] = lr
        else:
            opt.lr = lr

        def noted_loss(pred, target, lr=lr):
            loss = cross_entropy(pred, target)
            if torch.is_grad_enabled():
                data.log(loss=loss.item(), lr=lr)
            return loss

        fit(1, model, noted_loss, opt, train_dl, valid_dl)
    return model


def _falling(lr, epochs, factor=0.1):
    return [lr * factor ** (epoch / epochs) for epoch in range(epochs)]


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    model = Perceptron(data.x_train.shape[1:], data.classes).to(device)
    epochs = data.budget // len(data.x_train)
    return _fit(data, model, Optimizer(model.parameters()), _falling(0.25, epochs), 40)


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    model = Small(data.x_train.shape[1], data.classes).to(device)
    opt = Momentum(model.parameters(), lr=0.0)
    bs, n = 100, len(data.x_train)
    # A batch of one item may be too small for BatchNorm: it is left out.
    per_epoch = sum(min(bs, n - begin) > 1 for begin in range(0, n, bs))
    total, step = data.budget // n * per_epoch, 0
    model.train()
    for _ in range(data.budget // n):
        order = torch.randperm(n, device=data.x_train.device)
        for begin in range(0, n, bs):
            chosen = order[begin : begin + bs]
            if len(chosen) < 2:
                continue
            wave = math.sin(math.pi * ((step + 0.5) / total) ** 0.6) ** 2
            opt.hypers[0].update(lr=0.0005 + 0.25 * wave, mom=0.95 - 0.1 * wave)
            if step > 0.5 * total:
                opt.hypers[0]["lr"] = 0.25 * wave
            loss = cross_entropy(model(data.x_train[chosen]), data.y_train[chosen])
            loss.backward()
            opt.step()
            opt.zero_grad()
            data.log(loss=loss.item(), lr=opt.hypers[0]["lr"], mom=opt.hypers[0]["mom"])
            step += 1
    return model.eval()


def train_optimizers(data, seed, device):
    opt_funcs = {"SGD": SGD, "Momentum": Momentum, "RMSProp": RMSProp, "Adam": Adam}
    lrs = {"SGD": 0.3, "Momentum": 0.03, "RMSProp": 0.004, "Adam": 0.01}
    epochs = data.budget // (4 * len(data.x_train))
    models = {}
    for name in opt_funcs:
        torch.manual_seed(seed)
        model = Perceptron(data.x_train.shape[1:], data.classes).to(device)
        opt = opt_funcs[name](model.parameters(), lr=lrs[name])
        models[name] = _fit(data, model, opt, _falling(lrs[name], epochs), 50)
    return models


class Residual(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.first = Layer(c_in, c_out, stride)
        self.second = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(c_out)
        self.same = stride == 1 and c_in == c_out
        if not self.same:
            self.match = nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False)
            self.match_norm = nn.BatchNorm2d(c_out)

    def forward(self, x):
        y = self.norm(self.second(self.first(x)))
        return torch.relu(y + (x if self.same else self.match_norm(self.match(x))))


class ResNet34(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.stem = nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
        self.stem_norm = nn.BatchNorm2d(64)
        stages, c_in = [], 64
        for depth, c_out in zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True):
            for i in range(depth):
                stages.append(Residual(c_in, c_out, 2 if i == 0 and c_in != c_out else 1))
                c_in = c_out
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(512, classes)
        init_model_(self)

    def forward(self, x):
        x = torch.relu(self.stem_norm(self.stem(x)))
        x = nn.functional.max_pool2d(x, 3, 2, 1)
        return self.head(self.stages(x).mean((2, 3)))


def train_resnet(data, seed, device):
    torch.manual_seed(seed)
    model = ResNet34(data.x_train.shape[1], data.classes).to(device)
    opt = Adam(model.parameters(), lr=0.0)
    bs, n = 100, len(data.x_train)
    plan = []
    for _ in range(data.budget // n):
        plan += [chosen for chosen in torch.randperm(n).split(bs) if len(chosen) > 1]
    model.train()
    for step, chosen in enumerate(plan):
        now = (step + 1) / len(plan)
        lr = 0.003 * (now / 0.3 if now < 0.3 else math.cos(math.pi / 2 * (now - 0.3) / 0.7) + 1e-4)
        opt.hypers[0]["lr"] = lr
        chosen = chosen.to(data.x_train.device)
        with torch.autocast(data.x_train.device.type, torch.bfloat16):
            pred = model(data.x_train[chosen])
        loss = cross_entropy(pred.float(), data.y_train[chosen])
        loss.backward()
        opt.step()
        opt.zero_grad()
        data.log(loss=loss.item(), lr=lr, mom=0.9)
    return model.eval()
