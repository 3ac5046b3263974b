"""The unit as lesson and chapter solve it: the Runner with two scheduled rates, then the Learner and one cycle.

The network of one hidden layer has torch's default weights, as in the lesson. For 8×8 images batches and rates are
others, and a tenth of the data takes the place of the validation set. The lesson's convnet, which it doesn't train, has
one output; here the convs are wider, with a linear layer for the classes behind them. The ResNet-34,
which in the chapter is a library's, is written out.
"""

from functools import partial
from types import SimpleNamespace

import torch
from anneal import combine_scheds, sched_cos
from callbacks import Callback, Learner, MixedPrecision, fit_one_cycle
from dataloader import Dataset, get_dls
from init import init_model_
from minibatch import Optimizer, SequentialModel
from optimizer import SGD, Adam, Momentum, RMSProp
from runner import Callback as RunnerCallback
from runner import Runner
from softmax import cross_entropy
from torch import nn


def loaders(data, bs=64):
    n = len(data.x_train) * 9 // 10
    train_ds = Dataset(data.x_train[:n], data.y_train[:n])
    valid_ds = Dataset(data.x_train[n:], data.y_train[n:])
    train, valid = get_dls(train_ds, valid_ds, bs)
    return SimpleNamespace(train=train, valid=valid, n=n)


def get_model(data, nh=50):
    m = data.x_train[0].numel()
    model = SequentialModel([nn.Flatten(), nn.Linear(m, nh), nn.ReLU(), nn.Linear(nh, data.classes)])
    return model


def conv(ni, nf, ks=3):
    return nn.Sequential(nn.Conv2d(ni, nf, ks, padding=ks // 2, stride=2), nn.ReLU())


def get_cnn_model(data):
    model = SequentialModel(
        [
            conv(data.x_train.shape[1], 16, 5),
            conv(16, 32),
            conv(32, 64),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(64, data.classes),
        ]
    )
    init_model_(model)
    return model


class Schedule(RunnerCallback):
    _order = 1

    def __init__(self, sched, log):
        self.sched, self.log = sched, log

    def begin_batch(self):
        if self.in_train:
            self.opt.lr = self.sched(self.n_epochs / self.epochs)

    def after_step(self):
        self.log(loss=self.loss.item(), lr=self.opt.lr)


class Log(Callback):
    def __init__(self, log):
        self.log = log

    def after_step(self):
        h = self.opt.hypers[-1]
        self.log(loss=self.loss.item(), lr=h["lr"], mom=h.get("mom", 0))


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = loaders(data)
    model = get_model(data).to(device)
    opt = Optimizer(model.parameters(), lr=0.3)
    bunch = SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid)
    learn = SimpleNamespace(model=model, opt=opt, loss_func=cross_entropy, data=bunch)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    Runner(cb_funcs=partial(Schedule, sched, data.log)).fit(data.budget // dls.n, learn)
    return model


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = loaders(data)
    model = get_cnn_model(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.n, lr_max=0.1)
    return model


def train_optimizers(data, seed, device):
    models = {}
    for name, opt_func, lr in [
        ("SGD", SGD, 0.5),
        ("Momentum", Momentum, 0.05),
        ("RMSProp", RMSProp, 0.003),
        ("Adam", Adam, 0.01),
    ]:
        torch.manual_seed(seed)
        dls = loaders(data)
        models[name] = get_model(data).to(device)
        learn = Learner(dls, models[name], cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        fit_one_cycle(learn, data.budget // 4 // dls.n, lr_max=lr)  # as the chapter trains all of them
    return models


def conv_bn(ni, nf, ks=3, stride=1):
    return [nn.Conv2d(ni, nf, ks, stride=stride, padding=ks // 2, bias=False), nn.BatchNorm2d(nf)]


class ResBlock(nn.Module):
    def __init__(self, ni, nf, stride):
        super().__init__()
        self.convs = nn.Sequential(*conv_bn(ni, nf, 3, stride), nn.ReLU(), *conv_bn(nf, nf))
        self.idconv = nn.Identity() if ni == nf else nn.Sequential(*conv_bn(ni, nf, 1, stride))

    def forward(self, x):
        return torch.relu(self.convs(x) + self.idconv(x))


def train_resnet(data, seed, device):
    torch.manual_seed(seed)
    dls = loaders(data, 128)
    layers = [*conv_bn(data.x_train.shape[1], 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    ni = 64
    for nf, depth in [(64, 3), (128, 4), (256, 6), (512, 3)]:
        for _ in range(depth):
            layers.append(ResBlock(ni, nf, 1 if ni == nf else 2))
            ni = nf
    model = SequentialModel([*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, data.classes)])
    init_model_(model)
    learn = Learner(dls, model.to(device), cross_entropy, Adam, 0.003, cbs=[MixedPrecision(), Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.n, lr_max=0.003)
    return model
