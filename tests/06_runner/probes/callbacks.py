"""listify and Callback: names, order, and what a callback reads of its runner; TrainEvalCallback."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Trace

from .stage import TRAINING


def listify(module: ModuleType, kind: str, items: list[Any]) -> dict[str, Any]:
    """listify of those items, in a container of that kind. "result"; "same": whether it is the container itself."""
    kinds: dict[str, Any] = {
        "list": lambda: items,
        "tuple": lambda: tuple(items),
        "set": lambda: set(items),
        "dict": lambda: dict.fromkeys(items),
        "generator": lambda: (item for item in items),
        "range": lambda: range(len(items)),
        "function": lambda: listify,
        "class": lambda: Trace,
        "object": lambda: SimpleNamespace(),
    }
    o = kinds[kind]()
    result = lookup(module, "listify")(o)
    alone = isinstance(result, list) and len(result) == 1 and result[0] is o
    return {"result": [kind] if alone else result, "same": result is o}


def name_of(module: ModuleType, class_name: str) -> Any:
    """The name of a callback whose class, derived from Callback, is called like that."""
    return type(class_name, (lookup(module, "Callback"),), {})().name


def order_of(module: ModuleType) -> list[Any]:
    """_order of a Callback, and of one whose class says 7."""
    base = lookup(module, "Callback")
    orders = []
    for cls in (base, type("Late", (base,), {"_order": 7})):
        callback = cls()
        callback.set_runner(SimpleNamespace())
        orders.append(callback._order)
    return orders


def _tried(function: Any) -> Any:
    try:
        return function()
    except AttributeError:
        return "AttributeError"


def reads(module: ModuleType, runs: list[dict[str, Any]], own: dict[str, Any], names: list[str]) -> list[Any]:
    """What a callback reads under `names` after set_runner, for each of the runners in turn.

    runs: attributes of each runner; own: attributes that the callback has itself.
    Each entry is {"read": values by name, or "AttributeError", "later": the same after the runner's attributes all
    became [value], "run": whether the callback's `run` is the runner}
    """
    callback = type("Reader", (lookup(module, "Callback"),), {})()
    for name, value in own.items():
        setattr(callback, name, value)
    report = []
    for attributes in runs:
        run = SimpleNamespace(**attributes)
        callback.set_runner(run)
        read = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        for name, value in attributes.items():
            setattr(run, name, [value])
        later = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        report.append({"read": read, "later": later, "run": getattr(callback, "run", None) is run})
    return report


def writes(module: ModuleType) -> dict[str, Any]:
    """stop of two runners and of the callbacks that they were set for, after the first callback set its own."""
    base = lookup(module, "Callback")
    one, two = base(), base()
    first, second = SimpleNamespace(stop=False), SimpleNamespace(stop=False)
    one.set_runner(first)
    two.set_runner(second)
    second.stop = "second"
    seen = [one.stop, two.stop]
    one.stop = True
    return {"read": seen, "runner": first.stop, "callback": one.stop, "other": two.stop}


def reads_too_early(module: ModuleType, name: str) -> Any:
    """What a callback reads under that name before set_runner."""
    return getattr(type("Early", (lookup(module, "Callback"),), {})(), name)


def copied(module: ModuleType, how: str) -> dict[str, Any]:
    """A copy of a callback that has speed = [3]: its class's name, its speed, whether that list is the original's,
    what it reads from a runner of its own, and what the original then reads. how: "copy", "deepcopy" or "pickle"
    """
    callback = lookup(module, "Callback")()
    callback.speed = [3]
    twin = pickle.loads(pickle.dumps(callback)) if how == "pickle" else getattr(copy, how)(callback)
    twin.set_runner(SimpleNamespace(epoch=5))
    return {
        "class": type(twin).__name__,
        "speed": twin.speed,
        "shared": twin.speed is callback.speed,
        "epoch": twin.epoch,
        "original": _tried(lambda: callback.epoch),
    }


def stand_in_runner(model: Any) -> Any:
    learn = SimpleNamespace(model=model, opt=None, loss_func=None, data=None)
    return SimpleNamespace(
        learn=learn, model=model, opt=None, loss_func=None, data=None, epochs=0, stop=False
    )


def fire_event(callback: Any, event: str) -> None:
    method = getattr(callback, event, None)
    if method is not None:
        method()


@contextmanager
def _in_the_other_mode(model: torch.nn.Module) -> Iterator[None]:
    before = model.training
    model.train(not before)
    yield
    model.train(before)  # whatever a callback has made of it meanwhile


def train_eval(module: ModuleType, fits: list[list[list[int]]], switched: bool = False) -> list[Any]:
    """Drive a TrainEvalCallback through fits, by a stand-in for the runner, and report after each moment.

    fits: of each, its epochs; of each epoch [batches in the training data, how many of them are done, how many of
    these are cancelled at once, batches of validation].
    switched: during each batch the model is in the other mode, as some other callback may want it.
    Entries are [moment, fit, epoch, batch, {"n_iter", "n_epochs", "in_train", "training"}], the moment being
    "begin_fit", "begin_epoch", "begin_batch" (in training), "batch", "begin_validate" or "validation batch".
    """
    model = Model(Trace())
    run = stand_in_runner(model)
    callback = lookup(module, "TrainEvalCallback")()
    entries: list[Any] = []

    def note(moment: str, *where: int) -> None:
        state = {name: getattr(run, name, None) for name in ("n_iter", "n_epochs", "in_train")}
        entries.append([moment, *where, {**state, "training": model.training}])

    for f, epochs in enumerate(fits):
        run.epochs = len(epochs)
        model.eval()
        callback.set_runner(run)
        fire_event(callback, "begin_fit")
        note("begin_fit", f, 0, 0)
        for e, (n, done, cancelled, valid) in enumerate(epochs):
            run.epoch = e
            fire_event(callback, "begin_epoch")
            note("begin_epoch", f, e, 0)
            run.iters = n
            for k in range(done):
                fire_event(callback, "begin_batch")
                note("begin_batch", f, e, k)
                with _in_the_other_mode(model) if switched else nullcontext():
                    for event in TRAINING[-1:] if k < cancelled else TRAINING[1:]:
                        fire_event(callback, event)
                note("batch", f, e, k)
            fire_event(callback, "begin_validate")
            note("begin_validate", f, e, 0)
            run.iters = valid
            for k in range(valid):
                with _in_the_other_mode(model) if switched else nullcontext():
                    for event in ("begin_batch", "after_pred", "after_loss", "after_batch"):
                        fire_event(callback, event)
                note("validation batch", f, e, k)
            fire_event(callback, "after_epoch")
        fire_event(callback, "after_fit")
    return entries
