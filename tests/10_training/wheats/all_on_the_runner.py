"""Every training is a fit of the Runner, with ParamScheduler and Recorder of unit 07; one item of twenty is kept aside."""

from types import SimpleNamespace

import torch
from anneal import ParamScheduler, Recorder, combine_scheds, cos_1cycle_anneal
from dataloader import Dataset, get_dls
from init import init_model_
from minibatch import SequentialModel
from optimizer import SGD, Adam, Momentum, RMSProp
from runner import AvgStatsCallback, Callback, Runner
from softmax import accuracy, cross_entropy
from torch import nn


class WithGroups:
    """An optimizer of unit 08, as the callbacks of unit 07 expect it."""

    def __init__(self, opt):
        self.param_groups, self.step, self.zero_grad = opt.hypers, opt.step, opt.zero_grad


class Tell(Callback):
    def __init__(self, log):
        self.log = log

    def after_backward(self):
        group = self.opt.param_groups[0]
        self.log(loss=float(self.loss.detach()), lr=group["lr"], mom=group.get("mom", 0.0))


def fit(data, model, device, bs, opt_func, lr, cbs=(), share=1):
    """Runs opt_func on `model`, with the share-th part of the budget."""
    aside = torch.zeros(len(data.x_train), dtype=torch.bool, device=data.x_train.device)
    aside[19::20] = True
    train_ds = Dataset(data.x_train[~aside], data.y_train[~aside])
    train_dl, valid_dl = get_dls(train_ds, Dataset(data.x_train[aside], data.y_train[aside]), bs)
    model = model.to(device)
    learn = SimpleNamespace(
        model=model,
        opt=WithGroups(opt_func(model.parameters(), lr=lr)),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=train_dl, valid_dl=valid_dl),
    )
    Runner([*cbs, Recorder(), Tell(data.log)]).fit(data.budget // share // len(train_ds), learn)
    return model


def up_and_down(name, start, high, end):
    return ParamScheduler(name, combine_scheds([0.3, 0.7], cos_1cycle_anneal(start, high, end)))


def mlp(data):
    model = SequentialModel(
        [nn.Flatten(), nn.Linear(data.x_train[0].numel(), 50), nn.ReLU(), nn.Linear(50, data.classes)]
    )
    init_model_(model)
    return model


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    cbs = [AvgStatsCallback([accuracy]), up_and_down("lr", 0.2, 0.5, 0.02)]
    return fit(data, mlp(data), device, 50, SGD, 0.2, cbs)


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    c = data.x_train.shape[1]
    model = SequentialModel(
        [
            nn.Conv2d(c, 24, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(24, 48, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(48, 64, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(64, data.classes),
        ]
    )
    init_model_(model)
    cbs = [up_and_down("lr", 0.01, 0.12, 0.0001), up_and_down("mom", 0.95, 0.8, 0.95)]
    return fit(data, model, device, 64, Momentum, 0.01, cbs)


def train_optimizers(data, seed, device):
    torch.manual_seed(seed)
    start = {name: value.clone() for name, value in mlp(data).state_dict().items()}
    trained = {}
    for name, opt_func, lr in (
        ("SGD", SGD, 0.5),
        ("Momentum", Momentum, 0.06),
        ("RMSProp", RMSProp, 0.004),
        ("Adam", Adam, 0.015),
    ):
        model = mlp(data)
        model.load_state_dict(start)
        trained[name] = fit(
            data, model, device, 64, opt_func, lr, [up_and_down("lr", lr / 3, lr, lr / 50)], share=4
        )
    return trained


def train_resnet(data, seed, device):
    raise NotImplementedError("train_resnet")
