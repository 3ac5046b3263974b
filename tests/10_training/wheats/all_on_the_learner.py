"""Every training is fit_one_cycle of the chapter's Learner; whole batches are cut out by index, one item of eight aside."""

from types import SimpleNamespace

import torch
from callbacks import Callback, GradientClip, Learner, TerminateOnNaN, fit_one_cycle
from init import init_model_
from optimizer import SGD, Adam, Momentum, RMSProp
from softmax import accuracy, cross_entropy
from torch import nn


class Batches:
    """A sized iterable of batches; with shuffle, in another order at each pass. A last batch of one item is left out."""

    def __init__(self, x, y, bs, shuffle):
        self.x, self.y, self.bs, self.shuffle = x, y, bs, shuffle
        self.n = len(x) - (len(x) % bs == 1 and len(x) > 1)

    def __len__(self):
        return (self.n + self.bs - 1) // self.bs

    def __iter__(self):
        order = torch.randperm(len(self.x)) if self.shuffle else torch.arange(len(self.x))
        for chosen in order[: self.n].to(self.x.device).split(self.bs):
            if len(chosen):
                yield self.x[chosen], self.y[chosen]


class Diary(Callback):
    def __init__(self, log):
        self.log = log

    def after_batch(self):
        if self.training:
            self.log(loss=self.loss.item(), **self.opt.hypers[0])


def one_cycle(data, model, opt_func, lr, bs, budget, cbs=()):
    n = len(data.x_train)
    n_aside = n // 8
    x, y = data.x_train, data.y_train
    dls = SimpleNamespace(
        train=Batches(x[n_aside:], y[n_aside:], bs, True),
        valid=Batches(x[:n_aside], y[:n_aside], 2 * bs, False),
    )
    cbs = [Diary(data.log), TerminateOnNaN(), *cbs]
    learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=cbs, metrics=[accuracy])
    fit_one_cycle(learn, budget // (n - n_aside), lr)
    return model


def mlp(data):
    model = nn.Sequential()
    model.append(nn.Flatten())
    model.append(nn.Linear(data.x_train[0].numel(), 50))
    model.append(nn.LeakyReLU(0.1))
    model.append(nn.Linear(50, data.classes))
    init_model_(model, a=0.1)
    return model


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    return one_cycle(data, mlp(data).to(device), Momentum, 0.08, 32, data.budget)


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(data.x_train.shape[1], 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(256, data.classes),
    )
    init_model_(model)
    return one_cycle(data, model.to(device), Momentum, 0.08, 48, data.budget, [GradientClip(5.0)])


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((RMSProp, 0.005), (Adam, 0.02), (Momentum, 0.1), (SGD, 0.8)):
        torch.manual_seed(seed)
        trained[opt_func.__name__] = one_cycle(data, mlp(data).to(device), opt_func, lr, 50, data.budget // 4)
    return {name: trained[name] for name in ("SGD", "Momentum", "RMSProp", "Adam")}


class Halves(Callback):
    """The forward pass in bfloat16: it needs no scaling of the loss."""

    def before_batch(self):
        device = next(self.model.parameters()).device.type
        self.context = torch.autocast(device, torch.bfloat16)
        self.context.__enter__()

    def after_pred(self):
        self.context.__exit__(None, None, None)
        self.learn.pred = self.pred.float()


class Block(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.one = nn.Conv2d(a, b, 3, stride, 1, bias=False)
        self.norm_one = nn.BatchNorm2d(b)
        self.two = nn.Conv2d(b, b, 3, 1, 1, bias=False)
        self.norm_two = nn.BatchNorm2d(b)
        self.short = None
        if a != b:
            self.short = nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))

    def forward(self, x):
        inner = self.norm_two(self.two(self.norm_one(self.one(x)).relu()))
        return (inner + (x if self.short is None else self.short(x))).relu()


def train_resnet(data, seed, device):
    torch.manual_seed(seed)
    widths = [64] * 4 + [128] * 4 + [256] * 6 + [512] * 3
    model = nn.Sequential(
        nn.Conv2d(data.x_train.shape[1], 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        *(Block(a, b, 1 if a == b else 2) for a, b in zip(widths, widths[1:], strict=False)),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, data.classes),
    )
    init_model_(model)
    return one_cycle(data, model.to(device), Adam, 0.003, 128, data.budget, [Halves()])
