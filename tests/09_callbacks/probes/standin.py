"""A stand-in for a learner. It only holds what callbacks read; the probes fire the events one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from .common import Batches, reset_torch


class StandIn:
    """What callbacks read of a learner, and may write. x and y follow xb and yb, dl and n_iter the mode.

    batches: how many there are in training, and in validation
    counts:  it has train_iter and pct_train, as if a TrainEvalCallback were asked first
    """

    def __init__(self, batches: tuple[int, int] = (1, 1), counts: bool = True, **attributes: Any) -> None:
        reset_torch()
        self.counts = counts
        self.have_batches(*batches)
        self.n_epoch, self.epoch, self.iter, self.training = 1, 0, 0, None
        self.train_iter, self.pct_train, self.pred, self.loss, self.lr = 0, 0.0, None, None, 1.0
        self.xb: Any = (torch.zeros(1, 1),)
        self.yb: Any = (torch.zeros(1, 1),)
        self.cbs: list[Any] = []
        self.metrics: list[Any] = []
        self.loss_func: Any = None
        params = list(attributes["model"].parameters())
        self.opt: Any = SimpleNamespace(
            param_groups=[{"params": params, "lr": 1.0}], step=lambda: None, zero_grad=lambda: None
        )
        self.opt_func: Any = lambda params, lr: self.opt
        self.recorder: Any = None
        self.smooth_loss: Any = None
        for name, value in attributes.items():
            setattr(self, name, value)

    def have_batches(self, train: int, valid: int) -> None:
        one = (torch.zeros(1, 1), torch.zeros(1, 1))
        self.dls: Any = SimpleNamespace(train=Batches([one] * train), valid=Batches([one] * valid))
        self.dl: Any = self.dls.train

    def count(self, event: str) -> None:
        if event == "before_fit":
            self.train_iter, self.pct_train = 0, 0.0
        elif event == "before_train":
            self.pct_train = self.epoch / self.n_epoch
        elif event == "after_batch" and self.training:
            self.train_iter += 1
            self.pct_train += 1 / (self.n_iter * self.n_epoch)

    @property
    def n_iter(self) -> int:
        return len(self.dl)

    @property
    def x(self) -> Any:
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self) -> Any:
        return self.yb[0] if len(self.yb) == 1 else self.yb


def fire_events(callback: Any, *events: str) -> None:
    for event in events:
        if callback.learn.counts:
            callback.learn.count(event)
        method = getattr(callback, event, None)
        if method is not None:
            method()


def set_mode(learn: Any, training: bool) -> str:
    """Put the stand-in and its model in that mode; the event that announces it."""
    learn.training = training
    learn.dl = learn.dls.train if training else learn.dls.valid
    learn.model.train(training)
    return "before_train" if training else "before_validate"
