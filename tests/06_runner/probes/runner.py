"""The Runner: what it asks and when, what callbacks see and change, and under which names it has them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Trace

from .stage import Stage, learner_of, watching


def fit(
    module: ModuleType, script: dict[str, Any], given: str = "cbs", fits: int = 1, order_of: str = "class"
) -> list[Any]:
    """Traces of that many fits by one runner, each of a new learner.

    given:    the callbacks are "cbs", "cb_funcs", or "both" by turns
    order_of: _order is an attribute of the "class", or of the "instance"
    """
    stage = Stage(module, script, [], given, order_of)
    for _ in range(fits):
        stage.trace.note("fit")
        stage.fit()
        stage.new_learner()
    traces: list[Any] = []
    for entry in stage.trace.entries:
        if entry[0] == "fit":
            traces.append([])
        else:
            traces[-1].append(entry)
    return traces


def look(module: ModuleType, script: dict[str, Any]) -> dict[str, Any]:
    """What a callback sees of the runner's state while a fit runs.

    "batches": for each batch, xb, yb, pred, loss as they are at its after_loss (copies), weight the model's;
    "learner": whether opt, model, loss_func, data are the learner's own, at begin_fit and at after_fit
    """
    stage: Any = None
    seen: dict[str, list[Any]] = {"batches": [], "learner": []}

    def after_loss(run: Any) -> None:
        values = {name: getattr(run, name).detach().clone() for name in ("xb", "yb", "pred", "loss")}
        seen["batches"].append({**values, "weight": stage.model.weight.item()})

    def learner(run: Any) -> None:
        names = ("opt", "model", "loss_func", "data")
        seen["learner"].append({name: getattr(run, name) is getattr(stage.learn, name) for name in names})

    watch = watching(
        module,
        begin_fit=learner,
        after_loss=after_loss,
        after_fit=learner,
    )
    stage = Stage(module, script, [watch], "cbs")
    stage.fit()
    return seen


def meddle(
    module: ModuleType, sizes: list[int], event: str, change: dict[str, tuple[float, float]]
) -> list[Any]:
    """The trace of one epoch without validation in which a callback changes attributes of the runner.

    change: at `event` of every batch, runner.NAME becomes runner.NAME * factor + summand
    """

    def do(run: Any) -> None:
        for name, (factor, summand) in change.items():
            setattr(run, name, getattr(run, name) * factor + summand)

    script = {"epochs": 1, "train": sizes, "valid": [], "callbacks": []}
    stage = Stage(module, script, [watching(module, **{event: do})], "cbs")
    stage.fit()
    return stage.trace.entries


def set_mode(module: ModuleType, sizes: list[int], training: bool | None) -> list[Any]:
    """The trace of an epoch in which a callback puts the model in train or eval mode at each begin_batch, if any."""

    def do(run: Any) -> None:
        if training is not None:
            run.model.train(training)

    script = {"epochs": 1, "train": sizes, "valid": sizes, "callbacks": []}
    stage = Stage(module, script, [watching(module, begin_batch=do)], "cbs")
    stage.fit()
    return stage.trace.entries


def fire(module: ModuleType, script: dict[str, Any], what: str, sizes: list[int]) -> list[Any]:
    """The trace of a fit in which a callback, at each after_epoch, itself asks something of the runner.

    what: "one_batch" or "all_batches" of a loader of those sizes, whose batches are numbered from 20; or an event
    """
    stage: Any = None
    extra: list[Any] = []

    def ask(run: Any) -> None:
        stage.trace.note("begins")
        loader = Loader(stage.trace, sizes, first=20)
        if what == "one_batch":
            for xb, yb in loader:
                run.one_batch(xb, yb)
        elif what == "all_batches":
            run.all_batches(loader)
        else:
            run(what)
        stage.trace.note("ends")

    extra.append(watching(module, after_epoch=ask))
    if what not in ("one_batch", "all_batches"):
        extra.append(watching(module, **{what: lambda _: stage.trace.note(what)}))
    stage = Stage(module, script, extra, "cbs")
    stage.fit()
    return stage.trace.entries


def attributes(module: ModuleType, names: list[str], given: str, falling: bool = False) -> dict[str, Any]:
    """Which callbacks a runner has under their names: classes derived from Callback, called `names`, for which
    `name` is a class attribute: the class's name in small letters.

    falling: each has a smaller _order than the one before

    given: "cbs" or "cb_funcs" (a list), "one cb" or "one cb_func" (the first of them, in no list), "tuple of cbs",
    "cbs and cb_funcs" (all but the last in cbs, a list)
    "found": for each, the class's name of what is there, or None; "made": how often each class was called;
    "list": whether a list that was given is as it was; "asked": who was asked at begin_fit of a fit
    """
    trace, made = Trace(), dict.fromkeys(names, 0)

    def make(i: int, name: str) -> Any:
        def begin_fit(_: Any) -> None:
            trace.note(name)

        body = {"name": name.lower(), "_order": -i if falling else 0, "begin_fit": begin_fit}
        return type(name, (lookup(module, "Callback"),), body)

    classes = [make(i, name) for i, name in enumerate(names)]

    def maker(cls: Any) -> Any:
        def build() -> Any:
            made[cls.__name__] += 1
            return cls()

        return build

    last = [maker(classes.pop())] if given == "cbs and cb_funcs" else None
    things = [maker(cls) if given in ("cb_funcs", "one cb_func") else cls() for cls in classes]
    before = list(things)
    argument: Any = things[0] if "one" in given else tuple(things) if "tuple" in given else things
    if given in ("cb_funcs", "one cb_func"):
        runner = lookup(module, "Runner")(cb_funcs=argument)
    else:
        runner = lookup(module, "Runner")(argument, last)
    runner.fit(1, learner_of(Trace(), [1], [1]))
    found = [getattr(runner, name.lower(), None) for name in names]
    return {
        "found": [type(cb).__name__ if cb is not None else None for cb in found],
        "made": list(made.values()),
        "list": len(things) == len(before) and all(a is b for a, b in zip(things, before, strict=False)),
        "asked": [entry[0] for entry in trace.entries],
    }


def two_runners(module: ModuleType) -> dict[str, Any]:
    """Who was asked, when one runner has a callback and the next is made without any, and both fit."""
    heard: list[str] = []
    runner = lookup(module, "Runner")
    first = runner(cb_funcs=[lambda: watching(module, begin_fit=lambda _: heard.append("first"))])
    second = runner()
    counts = []
    for run in (second, first):
        heard.clear()
        run.fit(1, learner_of(Trace(), [1], [1]))
        counts.append(len(heard))
    return {"without": counts[0], "with": counts[1]}
