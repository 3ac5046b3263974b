# Generated from the course: the stub of unit 10_training. Fill it in; once you have edited it, it stays.
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
    raise NotImplementedError("split")


def mlp(data):
    """One hidden layer of 50, on flattened images."""
    raise NotImplementedError("mlp")


def convnet(data):
    """Three layers that halve height and width, an average over what is left, and a linear layer."""
    raise NotImplementedError("convnet")


class ScheduledRun:
    """A callback of the Runner: sets opt.lr by the share of training that has passed, and logs each training batch."""

    _order = 1

    def __init__(self, sched, log):
        raise NotImplementedError("ScheduledRun.__init__")

    def set_runner(self, run):
        raise NotImplementedError("ScheduledRun.set_runner")

    def begin_batch(self):
        raise NotImplementedError("ScheduledRun.begin_batch")

    def after_loss(self):
        raise NotImplementedError("ScheduledRun.after_loss")


class Log(Callback):
    """A callback of the Learner: logs each training batch, also one whose step is left out."""

    def __init__(self, log):
        raise NotImplementedError("Log.__init__")

    def after_batch(self):
        raise NotImplementedError("Log.after_batch")


def train_mlp(data, seed, device):
    """One hidden layer of 50. The answer key uses the lesson's schedule: lr from 0.3 up to 0.6, then down to 0.2.

    Source: lesson 9.
    """
    raise NotImplementedError("train_mlp")


def train_convnet(data, seed, device):
    """A small convnet with Kaiming's initial weights, under one cycle of lr and momentum: log both.

    Source: lesson 9, chapter 16.
    """
    raise NotImplementedError("train_convnet")


def train_optimizers(data, seed, device):
    """The same network, from the same initial weights, under four optimizers that share the budget.

    A dict: "SGD", "Momentum", "RMSProp" and "Adam", and for each its trained model. If the rate stays high to the end,
    the last steps are large: the worst of 12 runs, of 8 epochs each, had an accuracy of 0.64 under SGD and of 0.80
    under RMSProp. With one cycle, as in the answer key, both had 0.90. Source: chapter 16.
    """
    raise NotImplementedError("train_optimizers")


class ResBlock(nn.Module):
    """Two 3×3 convolutions and the connection that skips them. Source: He et al. 2016, "Deep residual learning"."""

    def __init__(self, c_in, c_out, stride):
        raise NotImplementedError("ResBlock.__init__")

    def forward(self, x):
        raise NotImplementedError("ResBlock.forward")


def resnet34(data):
    """The 34 layers of He et al. 2016, table 1."""
    raise NotImplementedError("resnet34")


def train_resnet(data, seed, device):
    """(stretch) ResNet-34 from your own loop, in mixed precision, under one cycle.

    Source: chapter 16; He et al. 2016.
    """
    raise NotImplementedError("train_resnet")
