"""The handout's figure: one cycle of lr and momentum, as the answer key's fit_one_cycle sets them."""

from types import SimpleNamespace

import torch
from matplotlib.figure import Figure

BATCHES = 100


def draw(key):
    return {"one_cycle": one_cycle(key)}


def one_cycle(key):
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    for axes, name, values in zip(
        figure.subplots(2, 1, sharex=True), ("lr", "momentum"), cycle(key), strict=True
    ):
        axes.plot(values, color="C0")
        axes.axvline(BATCHES / 4, color="0.8", zorder=0)
        axes.set_ylabel(name, fontsize=12)
    axes.set_xlabel("training batch", fontsize=12)
    return figure


def cycle(key):
    opt = SimpleNamespace(param_groups=[{}], step=lambda: None, zero_grad=lambda: None)
    lrs, moms = [], []

    class Watch(key.Callback):
        def after_step(self):
            lrs.append(opt.param_groups[0]["lr"])
            moms.append(opt.param_groups[0]["mom"])

    batch = torch.zeros(1, 1), torch.zeros(1, 1)
    dls = SimpleNamespace(train=[batch] * BATCHES, valid=[])
    learn = key.Learner(
        dls, torch.nn.Linear(1, 1), lambda p, y: p.sum(), lambda params, lr: opt, 1.0, [Watch()]
    )
    key.fit_one_cycle(learn, 1, 1.0)
    return lrs, moms
