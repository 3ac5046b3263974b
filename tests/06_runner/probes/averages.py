"""AvgStats and AvgStatsCallback."""

from __future__ import annotations

import contextlib
import io
from itertools import islice
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Trace

from .callbacks import fire_event, stand_in_runner
from .stage import TRAINING

METRICS: dict[str, Any] = {
    "first": lambda pred, yb: pred.mean(),
    "second": lambda pred, yb: yb.mean(),
    "mean of pred - 2 yb": lambda pred, yb: (pred - 2 * yb).mean(),
    "as a float": lambda pred, yb: (pred * yb).mean().item(),
}


def _metrics(names: list[str] | str | None) -> Any:
    if names is None or isinstance(names, list):
        return names and [METRICS[name] for name in names]
    return METRICS[names]


def _show_batch(run: Any, pred: list[float], yb: list[float]) -> None:
    """Let the runner be in the middle of a batch, whose loss is the mean of (pred - yb)²."""
    run.xb = torch.zeros(len(pred), 3)
    run.yb = torch.tensor(yb)
    run.pred = torch.tensor(pred, requires_grad=torch.is_grad_enabled())
    run.loss = ((run.pred - run.yb) ** 2).mean()


def avg_stats(
    module: ModuleType,
    metrics: list[str] | str | None,
    passes: list[list[list[list[float]]]],
    look: bool = False,
) -> dict[str, Any]:
    """avg_stats of an AvgStats after each pass, each begun with reset.

    passes: of each, its batches [pred, yb].
    "train": of an AvgStats for training; "so far": the same after each of its batches, if asked to `look`;
    "kept": what those looks gave, as it is once the pass is over;
    "valid": of one that is filled at the same time, with the batches backwards;
    "unchanged": whether the last batch's pred, yb and loss stayed as they were
    """
    stats = [lookup(module, "AvgStats")(_metrics(metrics), in_train) for in_train in (True, False)]
    report: dict[str, Any] = {"train": [], "so far": [], "kept": [], "valid": [], "unchanged": True}
    for batches in passes:
        for s in stats:
            s.reset()
        report["so far"].append([])
        kept: list[Any] = []
        for both in zip(batches, reversed(batches), strict=True):
            for s, batch in zip(stats, both, strict=True):
                run = stand_in_runner(None)
                run.in_train = s is stats[0]
                _show_batch(run, *batch)
                before = [t.detach().clone() for t in (run.pred, run.yb, run.loss)]
                s.accumulate(run)
                after = [run.pred, run.yb, run.loss]
                same = all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
                report["unchanged"] = report["unchanged"] and same
            if look:
                kept.append(stats[0].avg_stats)
                report["so far"][-1].append(_plain(kept[-1]))
        report["kept"].append([_plain(seen) for seen in kept])
        report["train"].append(_plain(stats[0].avg_stats))
        report["valid"].append(_plain(stats[1].avg_stats))
    return report


def _plain(values: Any) -> Any:
    """A list out of whatever holds a few values."""
    if isinstance(values, torch.Tensor) or not hasattr(values, "__iter__"):
        return values
    return list(islice(values, 20))


def avg_stats_callback(
    module: ModuleType, metrics: list[str] | str, fits: list[list[list[list[list[list[float]]]]]]
) -> list[Any]:
    """Drive an AvgStatsCallback through fits, by a stand-in for the runner.

    fits: of each, its epochs [training batches, validation batches], a batch being [pred, yb].
    Entries, one an epoch: {"train", "valid": avg_stats of both after it, "printed": what its after_epoch printed}
    """
    callback = lookup(module, "AvgStatsCallback")(_metrics(metrics))
    run = stand_in_runner(Model(Trace()))
    rows: list[Any] = []
    for epochs in fits:
        run.epochs, run.n_iter, run.n_epochs = len(epochs), 0, 0.0
        callback.set_runner(run)
        fire_event(callback, "begin_fit")
        for run.epoch, halves in enumerate(epochs):
            run.in_train = True
            fire_event(callback, "begin_epoch")
            for half, run.in_train in zip(halves, (True, False), strict=True):
                with torch.set_grad_enabled(run.in_train):
                    if not run.in_train:
                        fire_event(callback, "begin_validate")
                    run.iters = len(half)
                    for batch in half:
                        _play_batch(callback, run, batch)
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                fire_event(callback, "after_epoch")
            row = {"train": callback.train_stats, "valid": callback.valid_stats}
            rows.append(
                {**{k: _plain(s.avg_stats) for k, s in row.items()}, "printed": said.getvalue()[:500]}
            )
        fire_event(callback, "after_fit")
    return rows


def _play_batch(callback: Any, run: Any, batch: list[list[float]]) -> None:
    """Fire a batch's events; the runner shows xb and yb from the start, pred and loss once they are there."""
    _show_batch(run, *batch)
    pred, loss = run.pred, run.loss
    run.pred = run.loss = None
    fire_event(callback, "begin_batch")
    run.pred = pred
    fire_event(callback, "after_pred")
    run.loss = loss
    for event in TRAINING[2:] if run.in_train else ["after_loss", "after_batch"]:
        fire_event(callback, event)
