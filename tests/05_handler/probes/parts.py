"""The parts: DataBunch, Learner, Callback and CallbackHandler, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup

from .players import Nine, Odd
from .stage import Stage, tried


def keeps(module: ModuleType, name: str, parts: list[str], options: dict[str, Any]) -> list[Any]:
    """For two instances of the class, made one after the other of parts of their own, [name, which part it is] of
    their attributes. A part is told as "train_dl of 0", a data set as "data set of train_dl of 0".

    parts:   names of the arguments by position; each is an object with an attribute `dataset`
    options: arguments by keyword, plain values
    """
    labels: dict[int, str] = {}
    alive, made = [], []
    for i in range(2):
        args = [SimpleNamespace(dataset=SimpleNamespace()) for _ in parts]
        for part, arg in zip(parts, args, strict=True):
            labels[id(arg)], labels[id(arg.dataset)] = f"{part} of {i}", f"data set of {part} of {i}"
        alive.append(args)
        made.append(lookup(module, name)(*args, **options))
    looked = [*parts, *(["c", "train_ds", "valid_ds"] if name == "DataBunch" else [])]
    return [
        [[what, labels.get(id(value), value)] for what in looked for value in [getattr(one, what)]]
        for one in made
    ]


def follows(module: ModuleType) -> list[list[str]]:
    """[train_ds, valid_ds] of a DataBunch: once both loaders have got data sets 1 and 2, and once both have been
    replaced by loaders of data sets 3 and 4."""
    data = lookup(module, "DataBunch")(*(SimpleNamespace(dataset="an old data set") for _ in range(2)))
    data.train_dl.dataset, data.valid_dl.dataset = "data set 1", "data set 2"
    first = [data.train_ds, data.valid_ds]
    data.train_dl, data.valid_dl = (SimpleNamespace(dataset=f"data set {k}") for k in (3, 4))
    return [[str(ds) for ds in both] for both in (first, [data.train_ds, data.valid_ds])]


def callback(module: ModuleType, calls: list[list[Any]], derived: bool) -> list[Any]:
    """Tell callbacks 0 and 1 of base class Callback, or of an empty class derived from it, about landmarks.

    calls: [number of the callback, landmark, tag]; the arguments are objects with that tag (an epoch is the tag)
    Each entry is {"answer", "kept"}, kept being the tags of what that callback has for learn, epoch, xb, yb, loss, of
    those that it was told before.
    """
    base = lookup(module, "Callback")
    cls = type("Mine", (base,), {}) if derived else base
    both, told = [cls(), cls()], [set(), set()]
    names = {
        "begin_fit": ["learn"],
        "begin_epoch": ["epoch"],
        "begin_batch": ["xb", "yb"],
        "after_loss": ["loss"],
    }
    tags: dict[int, str] = {}
    alive, report = [], []

    def tagged(name: str, tag: int) -> Any:
        if name == "epoch":
            return tag
        made = torch.tensor(float(tag), requires_grad=True) if name == "loss" else SimpleNamespace()
        tags[id(made)] = f"{name} {tag}"
        alive.append(made)
        return made

    def tag_of(name: str, value: Any) -> Any:
        return f"epoch {value}" if name == "epoch" else tags.get(id(value), value)

    for i, event, tag in calls:
        args = [tagged(name, tag) for name in names.get(event, [])]
        answer = getattr(both[i], event)(*args)
        told[i].update(names.get(event, []))
        kept = {name: tag_of(name, getattr(both[i], name, None)) for name in sorted(told[i])}
        report.append({"answer": answer, "kept": kept})
    return report


def handle(
    module: ModuleType, script: dict[str, Any], calls: list[list[Any]], given: str = "list", odd: bool = False
) -> dict[str, Any]:
    """What a CallbackHandler with the script's callbacks makes of calls [name, number].

    calls: the number is that of the epoch or batch; "do_stop", too, and "stop" (somebody sets learn.stop),
           "mode" (somebody sets the mode, of the model: 1 train, 0 eval; of its part alone: 3, 2), "renew" (from here
           on another learner), "others" (two more handlers are made, the first with no callbacks, the second with
           one that nobody ought to hear)
    given: the callbacks are given in a "list"; "none": None instead, "nothing": no argument
    odd:   the callbacks are odd objects
    "calls": {"answer": whether it is true, "raised", "heard": entries of its part of the trace, "stop": learn.stop,
    "learn": whether that is the handler's learner, "in_train", "training"} of each; "list": whether the list is as it
    was; "before": whether each learner's model but the last is in training mode
    """
    stage = Stage(script)
    cbs = stage.callbacks(module, Odd if odd else Nine)
    before = list(cbs)
    handler_class = lookup(module, "CallbackHandler")
    stage.handler = handler_class(*{"list": [cbs], "none": [None], "nothing": []}[given])
    report, models, alive = [], [stage.model], []
    for name, number in calls:
        start = len(stage.trace.entries)
        answer, raised = None, None
        if name == "stop":
            stage.learn.stop = True
        elif name == "mode":
            (stage.model.part if number > 1 else stage.model).train(bool(number % 2))
        elif name == "renew":
            stage.renew(None)
            models.append(stage.model)
        elif name == "others":
            alive += [handler_class(), handler_class([stage._cast(Nine(), 9)])]
        else:
            answer, raised = tried(_call(stage, name, number))
        report.append(
            {
                "answer": bool(answer),
                "raised": raised,
                "heard": [e[1] for e in stage.trace.entries[start:] if e[0] == "asked"],
                "stop": bool(getattr(stage.learn, "stop", False)),
                "learn": getattr(stage.handler, "learn", None) is stage.learn,
                "in_train": getattr(stage.handler, "in_train", None),
                "training": stage.model.training,
            }
        )
    same = len(cbs) == len(before) and all(a is b for a, b in zip(cbs, before, strict=False))
    return {"calls": report, "list": same, "before": [model.training for model in models[:-1]]}


def _call(stage: Stage, name: str, number: int) -> Callable[[], Any]:
    """A call of the handler's method of that name."""
    if name == "begin_batch":
        stage.trace.note("draw", batch=number)
    stage.loss.last = torch.tensor(float(number))
    args = {
        "begin_fit": [stage.learn],
        "begin_epoch": [number],
        "begin_batch": stage.batches[number] if name == "begin_batch" else (),
        "after_loss": [stage.loss.last],
    }.get(name, [])
    return lambda: getattr(stage.handler, name)(*args)
