"""Unit 10: the whole thing. The pieces that you wrote, put together, train networks to a measured accuracy.

Your own units are imported by the names of their modules: `from softmax import cross_entropy`. You choose which of them
you use, and how; the imports below are those of the answer key.

The four functions train_... take the same three arguments,

    data:   x_train, (N, C, H, W), floats from 0 to 1; y_train, (N,) int64; x_valid, (M, C, H, W), without labels;
            classes, how many there are; budget, how many items the call may train on in all;
            log(loss=..., lr=..., mom=...), to be called once for each training batch, with numbers
    seed:   of everything that is random: the same seed gives the same model
    device: where the model has to be; the data is there

and return a trained nn.Module (train_optimizers: four of them) that gives (n, classes) for images (n, C, H, W), as they
are in x_valid. Everything else in this file is a suggestion: only the four functions are required.
"""

from itertools import pairwise
from types import SimpleNamespace

import torch
from anneal import combine_scheds, sched_cos
from callbacks import Callback, Learner, MixedPrecision, fit_one_cycle
from dataloader import Dataset, get_dls
from init import init_model_
from minibatch import Optimizer, SequentialModel
from optimizer import SGD, Adam, Momentum, RMSProp
from runner import Runner
from softmax import cross_entropy
from torch import nn


def split(data, bs):
    """Dataloaders, .train and .valid, of x_train and y_train alone: one item of ten is kept aside, to watch.

    Also .items: how many items an epoch of training uses.
    """
    # BEGIN SOLUTION
    aside = torch.arange(len(data.x_train), device=data.x_train.device) % 10 == 9
    train_ds = Dataset(data.x_train[~aside], data.y_train[~aside])
    train_dl, valid_dl = get_dls(train_ds, Dataset(data.x_train[aside], data.y_train[aside]), bs)
    return SimpleNamespace(train=train_dl, valid=valid_dl, items=len(train_ds))
    # END SOLUTION


def mlp(data):
    """One hidden layer of 50, on flattened images."""
    # BEGIN SOLUTION
    pixels = data.x_train[0].numel()
    model = SequentialModel([nn.Flatten(), nn.Linear(pixels, 50), nn.ReLU(), nn.Linear(50, data.classes)])
    init_model_(model)
    return model
    # END SOLUTION


def convnet(data):
    """Three layers that halve height and width, an average over what is left, and a linear layer."""
    # BEGIN SOLUTION
    channels = [data.x_train.shape[1], 16, 32, 64]
    layers = []
    for c_in, c_out in pairwise(channels):
        layers += [nn.Conv2d(c_in, c_out, 3, stride=2, padding=1), nn.ReLU()]
    model = SequentialModel(
        [*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels[-1], data.classes)]
    )
    init_model_(model)
    return model
    # END SOLUTION


class ScheduledRun:
    """A callback of the Runner: sets opt.lr by the share of training that has passed, and logs each training batch."""

    _order = 1

    def __init__(self, sched, log):
        # BEGIN SOLUTION
        self.sched, self.log = sched, log
        # END SOLUTION

    def set_runner(self, run):
        # BEGIN SOLUTION
        self.run = run
        # END SOLUTION

    def begin_batch(self):
        # BEGIN SOLUTION
        if self.run.in_train:
            self.run.opt.lr = self.sched(self.run.n_epochs / self.run.epochs)
        # END SOLUTION

    def after_loss(self):
        # BEGIN SOLUTION
        if self.run.in_train:
            self.log(loss=self.run.loss.item(), lr=self.run.opt.lr)
        # END SOLUTION


class Log(Callback):
    """A callback of the Learner: logs each training batch, also one whose step is left out."""

    def __init__(self, log):
        # BEGIN SOLUTION
        self.log = log
        # END SOLUTION

    def after_batch(self):
        # BEGIN SOLUTION
        if self.training and self.loss is not None:
            hypers = self.opt.hypers[-1]
            self.log(
                loss=self.loss.item(), **{name: hypers[name] for name in ("lr", "mom") if name in hypers}
            )
        # END SOLUTION


def train_mlp(data, seed, device):
    """One hidden layer of 50. The answer key uses the lesson's schedule: lr from 0.3 up to 0.6, then down to 0.2.

    Source: lesson 9.
    """
    # BEGIN SOLUTION
    torch.manual_seed(seed)
    dls = split(data, bs=32)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
    # END SOLUTION


def train_convnet(data, seed, device):
    """A small convnet with Kaiming's initial weights, under one cycle of lr and momentum: log both.

    Source: lesson 9, chapter 16.
    """
    # BEGIN SOLUTION
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
    # END SOLUTION


def train_optimizers(data, seed, device):
    """The same network, from the same initial weights, under four optimizers that share the budget.

    A dict: "SGD", "Momentum", "RMSProp" and "Adam", and for each its trained model. If the rate stays high to the end,
    the last steps are large: the worst of 12 runs, of 8 epochs each, had an accuracy of 0.64 under SGD and of 0.80
    under RMSProp. With one cycle, as in the answer key, both had 0.90. Source: chapter 16.
    """
    # BEGIN SOLUTION
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.005), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        fit_one_cycle(learn, data.budget // 4 // dls.items, lr_max=lr)
        trained[opt_func.__name__] = model
    return trained
    # END SOLUTION


class ResBlock(nn.Module):
    """Two 3×3 convolutions and the connection that skips them. Source: He et al. 2016, "Deep residual learning"."""

    def __init__(self, c_in, c_out, stride):
        # BEGIN SOLUTION
        super().__init__()
        self.convs = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.Conv2d(c_out, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
        )
        self.round = nn.Identity()
        if stride != 1 or c_in != c_out:
            self.round = nn.Sequential(
                nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out)
            )
        # END SOLUTION

    def forward(self, x):
        # BEGIN SOLUTION
        return torch.relu(self.convs(x) + self.round(x))
        # END SOLUTION


def resnet34(data):
    """The 34 layers of He et al. 2016, table 1."""
    # BEGIN SOLUTION
    layers = [
        nn.Conv2d(data.x_train.shape[1], 64, 7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
    ]
    c_in = 64
    for blocks, c_out in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for i in range(blocks):
            layers.append(ResBlock(c_in, c_out, stride=2 if i == 0 and c_out > 64 else 1))
            c_in = c_out
    model = SequentialModel([*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, data.classes)])
    init_model_(model)
    return model
    # END SOLUTION


def train_resnet(data, seed, device):
    """(stretch) ResNet-34 from your own loop, in mixed precision, under one cycle.

    Source: chapter 16; He et al. 2016.
    """
    # BEGIN SOLUTION
    torch.manual_seed(seed)
    dls = split(data, bs=128)
    model = resnet34(data).to(device)
    learn = Learner(dls, model, cross_entropy, Adam, lr=0.003, cbs=[MixedPrecision(), Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.003)
    return model
    # END SOLUTION
