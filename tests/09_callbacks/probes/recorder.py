"""The two callbacks that each learner has: TrainEvalCallback and Recorder."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Trace

from .common import Batches, learner, number, watching
from .standin import StandIn, fire_events


def train_eval(module: ModuleType, fits: list[list[int]]) -> list[Any]:
    """Drive a TrainEvalCallback through fits of [n_epoch, training batches, validation batches].

    Entries are [fit, epoch, training?, batch, {train_iter, pct_train, training, model.training}], right after
    before_batch.
    """
    model = Model(Trace())
    learn = StandIn(model=model, counts=False)
    callback = lookup(module, "TrainEvalCallback")()
    callback.learn = learn
    entries: list[Any] = []
    for f, (n_epoch, train, valid) in enumerate(fits):
        learn.n_epoch = n_epoch
        learn.have_batches(train, valid)
        fire_events(callback, "before_fit")
        for learn.epoch in range(n_epoch):
            fire_events(callback, "before_epoch")
            for training, n in ((True, train), (False, valid)):
                half = "train" if training else "validate"
                learn.dl = learn.dls.train if training else learn.dls.valid
                fire_events(callback, f"before_{half}")
                for learn.iter in range(n):
                    fire_events(callback, "before_batch")
                    state = {name: number(getattr(learn, name, None)) for name in ("train_iter", "pct_train")}
                    modes = {"training": learn.training, "mode": model.training}
                    entries.append([f, learn.epoch, training, learn.iter, {**state, **modes}])
                    fire_events(callback, "after_pred", "after_loss")
                    if training:
                        fire_events(callback, "after_backward", "after_step")
                    fire_events(callback, "after_batch")
                fire_events(callback, f"after_{half}")
            fire_events(callback, "after_epoch")
        fire_events(callback, "after_fit")
    return entries


METRICS: dict[str, Callable[[Any, Any], Any]] = {
    "pred": lambda pred, yb: pred.mean(),
    "y": lambda pred, yb: yb.mean(),
    "pred - 2 y": lambda pred, yb: (pred - 2 * yb).mean(),
}


def record(
    module: ModuleType, epochs: int, train: list[int], valid: list[int], names: list[str]
) -> list[Any]:
    """What the learner's Recorder has after each of two fits.

    "losses": what the loss function gave, batch by batch; "weights": the weight in each epoch's validation;
    "rows": the last rows of values, as many as there were epochs; "smooth": smooth_loss at before_batch of each
    training batch but the first, and at after_train, in order; "n_rows": how many rows there are.
    """
    trace = Trace()
    report: list[Any] = []
    smooth: list[Any] = []

    def note(self: Any) -> None:
        smooth.append(number(getattr(self.learn, "smooth_loss", None)))

    def before_batch(self: Any) -> None:
        if self.training and (self.epoch or self.iter):
            note(self)

    watch = watching(module, before_batch=before_batch, after_train=note)
    metrics = {"metrics": [METRICS[name] for name in names]} if names else {}
    learn = learner(module, trace, train, valid, [watch], lr=0.5, **metrics)
    for _ in range(2):
        trace.entries, smooth = [], []
        learn.fit(epochs)
        rows = list(learn.recorder.values)[-epochs:]
        report.append(
            {
                "losses": [d["value"] for what, d in trace.entries if what == "loss"],
                "weights": [d["weight"] for what, d in trace.entries if what == "forward"],
                "n_rows": len(learn.recorder.values),
                "rows": [[number(v) for v in row] if isinstance(row, (list, tuple)) else row for row in rows],
                "smooth": smooth,
            }
        )
    return report


def record_items(
    module: ModuleType, train: list[int], valid: list[int], inputs: int, targets: list[str]
) -> list[Any]:
    """The last row of values after an epoch of batches of those numbers of items, of several inputs and targets.

    targets: shapes: "column": (n, 1); "flat": (2n,); "one": (1, 5); "scalar": ()
    The losses are 1, 2, 4, … in the order of the batches, and the only metric is 1, 3, 9, … in validation.
    """

    def batch(n: int) -> Any:
        shapes = {"column": (n, 1), "flat": (2 * n,), "one": (1, 5), "scalar": ()}
        xs = tuple(torch.ones(n, k + 1) for k in range(inputs))
        ys = tuple(torch.zeros(shapes[name]) for name in targets)
        return (xs if inputs > 1 else xs[0]), (ys if len(ys) > 1 else ys[0])

    weight = nn.Parameter(torch.ones(()))

    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = weight

        def forward(self, *xs: torch.Tensor) -> torch.Tensor:
            return self.weight * sum(x.sum(1) for x in xs)

    calls, metric_calls = count(), count()
    learn = learner(
        module,
        Trace(),
        Batches([batch(n) for n in train]),
        Batches([batch(n) for n in valid]),
        model=Sum(),
        loss_func=lambda pred, *_: 0 * pred.mean() + 2.0 ** next(calls),
        opt_func=lambda params, lr: SimpleNamespace(
            step=lambda: None, zero_grad=lambda: None, param_groups=[{"params": list(params), "lr": lr}]
        ),
        metrics=[lambda pred, *_: torch.tensor(3.0 ** next(metric_calls))],
    )
    learn.fit(1)
    return [number(v) for v in list(learn.recorder.values)[-1]]
