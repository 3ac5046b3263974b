"""Mixup and SwitchCallback."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup

from .standin import StandIn, fire_events, set_mode


def mixup(
    module: ModuleType, alpha: float, items: int, batches: int, training: bool, inputs: int
) -> list[dict[str, Any]]:
    """Batches through a Mixup. Input 0 of a batch is the identity matrix, input k that times (k + 1); the target is a
    class for each item; the prediction the first input times a fixed matrix; the loss cross-entropy.

    Each report has "xb": the inputs that the model gets, "y", "logits" (of the prediction), "loss": the learner's.
    """
    callback = lookup(module, "Mixup")(alpha)
    weights = torch.arange(items * 3, dtype=torch.float64).reshape(items, 3).sin() * 3
    learn = StandIn((batches, batches), model=nn.Identity(), loss_func=nn.functional.cross_entropy)
    callback.learn = learn
    fire_events(callback, "before_fit", "before_epoch", set_mode(learn, training))
    report = []
    for learn.iter in range(batches):
        given = [torch.eye(items, dtype=torch.float64) * (k + 1) for k in range(inputs)]
        y = torch.arange(items) % 3
        learn.xb, learn.yb = tuple(given), (y,)
        with torch.set_grad_enabled(training):
            fire_events(callback, "before_batch")
            xb = learn.xb
            learn.pred = xb[0] @ weights
            fire_events(callback, "after_pred")
            learn.loss = learn.loss_func(learn.pred, *learn.yb)
            fire_events(callback, "after_loss")
        loss = learn.loss
        fire_events(callback, *(["after_backward", "after_step"] if training else []), "after_batch")
        report.append(
            {
                "xb": [x.detach().clone() for x in xb] if isinstance(xb, (tuple, list)) else xb,
                "y": y,
                "logits": (xb[0] @ weights).detach(),
                "loss": loss.detach().clone(),
            }
        )
    return report


def switch(
    module: ModuleType, turns: list[int] | None, fits: list[list[int]], frozen: bool
) -> list[dict[str, Any]]:
    """Drive a SwitchCallback through fits of [n_epoch, training batches, validation batches].

    "batches": for each training batch, [learn.turn, whether each network's parameters require grad] (None: some do);
    "after": what each parameter requires after the fit, "before": before it.
    frozen: whether one parameter of the second network requires no grad to begin with
    """
    networks = [nn.Linear(2, 1), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))]
    model = nn.ModuleList(networks)
    if frozen:
        next(networks[1].parameters()).requires_grad_(False)
    callback = lookup(module, "SwitchCallback")(networks, *([tuple(turns)] if turns else []))
    callback.learn = learn = StandIn(model=model)
    report = []

    def required() -> list[bool]:
        return [p.requires_grad for p in model.parameters()]

    def trains(network: Any) -> bool | None:
        kinds = {p.requires_grad for p in network.parameters()}
        return kinds.pop() if len(kinds) == 1 else None

    for n_epoch, train, valid in fits:
        before, batches = required(), []
        learn.n_epoch = n_epoch
        learn.have_batches(train, valid)
        fire_events(callback, "before_fit")
        for learn.epoch in range(n_epoch):
            fire_events(callback, "before_epoch")
            for training, n in ((True, train), (False, valid)):
                fire_events(callback, set_mode(learn, training))
                for learn.iter in range(n):
                    fire_events(callback, "before_batch")
                    if training:
                        batches.append([learn.turn, *(trains(network) for network in networks)])
                    fire_events(callback, "after_pred", "after_loss")
                    fire_events(
                        callback, *(["after_backward", "after_step"] if training else []), "after_batch"
                    )
                fire_events(callback, "after_train" if training else "after_validate")
            fire_events(callback, "after_epoch")
        fire_events(callback, "after_fit")
        report.append({"batches": batches, "before": before, "after": required()})
    return report
