"""The four networks are trained side by side, batch by batch, from copies of one; a normalising layer by channel."""

import copy
import itertools
import math

import torch
from anneal import combine_scheds, sched_cos, sched_exp, sched_lin
from init import kaiming_normal_, kaiming_uniform_
from optimizer import (
    Optimizer,
    adam_step,
    average_grad,
    average_sqr_grad,
    momentum_step,
    rms_prop_step,
    sgd_cb,
    step_stat,
)
from softmax import log_softmax, nll
from torch import nn


class Channels(nn.Module):
    def __init__(self, images):
        super().__init__()
        dims = (0, 2, 3)
        self.register_buffer("centre", images.mean(dims, keepdim=True)[0])
        self.register_buffer(
            "width", images.var(dims, keepdim=True, unbiased=False)[0].sqrt().clamp(min=1e-2)
        )

    def forward(self, images):
        return (images - self.centre) / self.width


class Maxout(nn.Module):
    """The larger one of two channels."""

    def forward(self, x):
        return torch.maximum(*x.chunk(2, dim=1))


def _stream(n, bs, budget, seed):
    """Index tensors from one endless row of permutations, all of the same size but for the last one."""
    generator = torch.Generator().manual_seed(seed + 1)
    items = itertools.chain.from_iterable(
        torch.randperm(n, generator=generator).tolist() for _ in itertools.count()
    )
    for begin in range(0, budget, bs):
        yield torch.tensor(list(itertools.islice(items, min(bs, budget - begin))))


def _one_step(model, opt, x, y, **hypers):
    for group in opt.hypers:
        group.update(hypers)
    opt.zero_grad()
    loss = nll(log_softmax(model(x)), y)
    loss.backward()
    opt.step()
    return loss.item()


def _mlp(data, seed):
    torch.manual_seed(seed)
    layers = nn.Linear(data.x_train[0].numel(), 50), nn.Linear(50, data.classes)
    for layer in layers:
        kaiming_normal_(layer.weight)
        layer.bias.data.zero_()
    return nn.Sequential(Channels(data.x_train), nn.Flatten(), layers[0], nn.Tanh(), layers[1])


def train_mlp(data, seed, device):
    model = _mlp(data, seed).to(device).train()
    opt = Optimizer(list(model.parameters()), [average_grad, momentum_step], lr=0.0, mom=0.8)
    steps, sched = math.ceil(data.budget / 35), sched_lin(0.06, 0.003)
    for i, chosen in enumerate(_stream(len(data.x_train), 35, data.budget, seed)):
        lr = sched(i / steps)
        loss = _one_step(model, opt, data.x_train[chosen], data.y_train[chosen], lr=lr)
        data.log(loss=loss, lr=lr, mom=0.8)
    return model


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    model = nn.Sequential(
        Channels(data.x_train),
        nn.Conv2d(data.x_train.shape[1], 24, 3, stride=2, padding=1),
        Maxout(),
        nn.Conv2d(12, 48, 3, padding=1),
        Maxout(),
        nn.Conv2d(24, 64, 3, stride=2, padding=1),
        Maxout(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(128, data.classes),
    )
    for layer in model:
        if hasattr(layer, "weight"):
            kaiming_uniform_(layer.weight, a=1.0)
            layer.bias.data.fill_(0.0)
    model.to(device).train()
    opt = Optimizer(model.parameters(), [average_grad, momentum_step], lr=0.0, mom=0.95)
    bs = 56
    last = max(math.ceil(data.budget / bs) - 1, 1)
    lrs = combine_scheds([0.2, 0.8], [sched_exp(0.005, 0.05), sched_cos(0.05, 0.00005)])
    moms = combine_scheds([0.2, 0.8], [sched_lin(0.95, 0.85), sched_cos(0.85, 0.95)])
    for i, chosen in enumerate(_stream(len(data.x_train), bs, data.budget, seed)):
        hypers = {"lr": lrs(i / last), "mom": moms(i / last)}
        loss = _one_step(model, opt, data.x_train[chosen], data.y_train[chosen], **hypers)
        data.log(loss=loss, **hypers)
    return model


def _dampened(p, **kwargs):
    return average_grad(p, **{**kwargs, "dampening": True})


_RULES = {
    "SGD": ([sgd_cb], 0.3),
    "Momentum": ([average_grad, momentum_step], 0.03),
    "RMSProp": ([average_sqr_grad, rms_prop_step], 0.0025),
    "Adam": ([_dampened, average_sqr_grad, step_stat, adam_step], 0.008),
}


def train_optimizers(data, seed, device):
    first = _mlp(data, seed).to(device)
    models = {name: copy.deepcopy(first) for name in _RULES}
    opts = {
        name: Optimizer(models[name].parameters(), cbs, lr=lr, mom=0.9, sqr_mom=0.99, eps=1e-5)
        for name, (cbs, lr) in _RULES.items()
    }
    steps = math.ceil(data.budget // 4 / 60)
    for i, chosen in enumerate(_stream(len(data.x_train), 60, data.budget // 4, seed)):
        x, y = data.x_train[chosen], data.y_train[chosen]
        for name, (_, lr) in _RULES.items():
            now = lr * (1 - 0.9 * i / steps)
            data.log(loss=_one_step(models[name], opts[name], x, y, lr=now), lr=now)
    return models


def train_resnet(data, seed, device):
    raise NotImplementedError("train_resnet")
