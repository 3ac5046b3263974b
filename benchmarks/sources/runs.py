"""One run of an experiment, by the course's answer keys: nothing here trains by itself."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import torch
from experiments import LESSON, Experiment
from sets import Images
from torch import nn

sys.path += [str(folder) for folder in sorted((Path(__file__).parents[2] / "reference").iterdir())]

import anneal
import callbacks
import optimizer
from dataloader import Dataset, get_dls
from init import init_model_
from minibatch import SequentialModel
from runner import AvgStatsCallback, Runner
from softmax import accuracy, cross_entropy
from training import Log, ResBlock, resnet34


@dataclass(frozen=True)
class Run:
    """The result of one seed. epochs: (training loss, validation loss, accuracy); batches: loss, lr, mom of each."""

    seed: int
    seconds: float
    epochs: list[tuple[float, float, float]]
    batches: dict[str, list[float]]


def run(experiment: Experiment, images: Images, seed: int, epochs: int) -> Run:
    """Train and validate, from scratch."""
    torch.manual_seed(seed)
    train_ds = Dataset(images.x_train, images.y_train)
    valid_ds = Dataset(images.x_valid, images.y_valid)
    dls = get_dls(train_ds, valid_ds, images.size_of(experiment.bs))
    started = time.perf_counter()
    way = _lesson if experiment.source == LESSON else _chapter
    rows, batches = way(experiment, images, dls, epochs)
    return Run(seed, time.perf_counter() - started, rows, batches)


class Epochs(AvgStatsCallback):
    """Keeps the numbers that AvgStatsCallback prints."""

    def __init__(self):
        super().__init__([accuracy])
        self.rows = []

    def after_epoch(self):
        self.rows.append((self.train_stats.avg_stats[0], *self.valid_stats.avg_stats))


def _lesson(experiment, images, dls, epochs):
    """Units 06 and 07, with torch's own initial weights, as in the lesson."""
    pixels = images.x_train[0].numel()
    layers = [nn.Flatten(), nn.Linear(pixels, 50), nn.ReLU(), nn.Linear(50, images.classes)]
    model = SequentialModel(layers).to(images.x_train.device)
    opt = getattr(optimizer, experiment.optimizer)(model.parameters(), lr=experiment.lr)
    opt.param_groups = opt.hypers  # by torch's name for them, which is the one that unit 07 knows
    recorder, progress = anneal.Recorder(), Epochs()
    cbs = [recorder, progress]
    if experiment.schedule == "cosine":
        ways = [anneal.sched_cos(0.3, 0.6), anneal.sched_cos(0.6, 0.2)]
        cbs.append(anneal.ParamScheduler("lr", anneal.combine_scheds([0.3, 0.7], ways)))
    data = SimpleNamespace(train_dl=dls[0], valid_dl=dls[1])
    learn = SimpleNamespace(model=model, opt=opt, loss_func=cross_entropy, data=data)
    Runner(cbs).fit(epochs, learn)
    return progress.rows, {"loss": [float(loss) for loss in recorder.losses], "lr": recorder.lrs}


def _chapter(experiment, images, dls, epochs):
    """Units 08 and 09; in mixed precision and with the photographs cropped at random where that can be had."""
    batches: dict[str, list[float]] = {}

    def log(**numbers):
        for name, number in numbers.items():
            batches.setdefault(name, []).append(number)

    model = (resnet8 if images.shrunk else resnet34)(images).to(images.x_train.device)
    opt_func = partial(getattr(optimizer, experiment.optimizer), **experiment.options)
    cbs = [Log(log)]
    if images.name == "imagenette":
        cbs.append(RandomCrop())
    if not images.shrunk:
        cbs.append(callbacks.MixedPrecision())
    learn = callbacks.Learner(
        SimpleNamespace(train=dls[0], valid=dls[1]),
        model,
        cross_entropy,
        opt_func,
        experiment.lr,
        cbs=cbs,
        metrics=[accuracy],
    )
    if experiment.schedule == "1cycle":
        callbacks.fit_one_cycle(learn, epochs, experiment.lr, moms=experiment.moms)
    else:
        learn.fit(epochs)
    return [tuple(row) for row in learn.recorder.values], batches


class RandomCrop(callbacks.Callback):
    """Crops each training image to half of its area or more, anywhere, and mirrors it with probability 1/2.

    This is the most important part of the chapter's augmentation. Digits get worse by it.
    """

    run_after = callbacks.TrainEvalCallback

    def before_batch(self):
        if not self.training:
            return
        n = len(self.x)
        side = torch.empty(n).uniform_(0.5, 1).sqrt()
        to = torch.zeros(n, 2, 3)
        to[:, 0, 0] = side * torch.where(torch.rand(n) < 0.5, -1, 1)
        to[:, 1, 1] = side
        to[:, :, 2] = (2 * torch.rand(n, 2) - 1) * (1 - side)[:, None]
        grid = nn.functional.affine_grid(to.to(self.x.device), self.x.shape, align_corners=False)
        self.learn.xb = (nn.functional.grid_sample(self.x, grid, align_corners=False),)


def resnet8(data):
    """A network for a CPU: three blocks of 16, 32 and 64 channels. He et al. 2016, section 4.2, with n = 1."""
    layers = [nn.Conv2d(data.x_train.shape[1], 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16)]
    layers += [nn.ReLU(), ResBlock(16, 16, 1), ResBlock(16, 32, 2), ResBlock(32, 64, 2)]
    model = SequentialModel([*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, data.classes)])
    init_model_(model)
    return model
