"""The loop: one_batch, all_batches and fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from types import ModuleType
from typing import Any

from grader.box.names import lookup

from .stage import Stage

_CAP = 200  # of the batches that an endless loader has


def batches(
    module: ModuleType,
    script: dict[str, Any],
    faults: list[dict[str, Any]] | None = None,
    yes: Any = True,
    learners: int = 1,
) -> list[Any]:
    """The traces of one_batch, called for each training batch of the script; a trace for each learner.

    faults:   acts by which "forward", "loss", "step" or "zero_grad" raise an exception
    yes:      how the handler says that all may go on
    learners: so many, each with a handler, model and data of its own, take turns at each batch
    """
    one_batch = lookup(module, "one_batch")
    stages = [Stage(script, faults) for _ in range(learners)]
    for stage in stages:
        stage.stand_in(yes).learn = stage.learn
        stage.learn.stop = False

    def run() -> None:
        for turn in zip(*(stage.train_dl for stage in stages), strict=True):
            for stage, (xb, yb) in zip(stages, turn, strict=True):
                one_batch(xb, yb, stage.handler)

    (first, *others) = stages
    return [first.until_over(run), *(stage.trace.entries for stage in others)]


def hooks_run(module: ModuleType, script: dict[str, Any]) -> int:
    """How often a forward hook of the model ran while one_batch was called for each training batch of the script."""
    stage, heard = Stage(script), []
    stage.stand_in().learn = stage.learn
    stage.learn.stop = False
    stage.model.register_forward_hook(lambda *_: heard.append(True))
    for xb, yb in stage.train_dl:
        lookup(module, "one_batch")(xb, yb, stage.handler)
    return len(heard)


def all_batches(
    module: ModuleType,
    script: dict[str, Any],
    kind: str = "loader",
    faults: list[dict[str, Any]] | None = None,
    yes: Any = True,
    passes: int = 1,
) -> list[Any]:
    """Traces of all_batches over the script's training batches, as many as passes.

    kind:   the data are a "loader"; a "generator", without length; "endless", the same batches over and over
            (an entry "capped" when that was drawn from so often that it had to end)
    faults: acts by which "draw" raises an exception
    yes:    how the handler says that all may go on, and that there is a stop
    """
    stage = Stage(script, faults)
    stage.stand_in(yes).learn = stage.learn
    stage.learn.stop = False

    def endless() -> Iterator[Any]:
        yield from islice(cycle(stage.train_dl.batches), _CAP)
        stage.trace.note("capped", drawn=_CAP)

    def run() -> None:
        kinds = {
            "loader": lambda: stage.train_dl,
            "generator": lambda: iter(stage.train_dl),
            "endless": endless,
        }
        lookup(module, "all_batches")(kinds[kind](), stage.handler)

    return [stage.until_over(run) for _ in range(passes)]


def fit(
    module: ModuleType,
    script: dict[str, Any],
    own: bool = False,
    faults: list[dict[str, Any]] | None = None,
    yes: Any = True,
    learners: list[int] | None = None,
) -> list[Any]:
    """Traces of fits, all with one handler and the same callbacks.

    own:      the handler, the learner and the data bunch are the submission's; else they are stand-ins
    faults:   acts by which "draw", "forward", "loss", "step" or "zero_grad" raise an exception
    yes:      how the handler that stands in says that all may go on
    learners: for each fit, 1: with a new learner, 0: with the one before (default: one fit)
    """
    stage = Stage(script, faults)
    if own:
        stage.handler = lookup(module, "CallbackHandler")(stage.callbacks(module))
    else:
        stage.stand_in(yes)
    traces = []
    for new in learners or [1]:
        if new:
            stage.renew(module if own else None)
        stage.trace.batch = -1
        traces.append(
            stage.until_over(lambda: lookup(module, "fit")(script["epochs"], stage.learn, stage.handler))
        )
    return traces
