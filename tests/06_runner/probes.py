"""Probes of unit 06: they run scripts of callbacks through the Runner, and drive the other classes by stand-ins.

A script is plain data (grader/suite/scripts.py says what is in it). What a probe reports of a fit is the trace of
the stand-ins (grader/box/standins.py), with an entry ["asked", {...}] for each time that a callback was asked: number
and event, whether its answer is true and whether it raises, and the state of runner and model at that moment.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import io
import pickle
import sys
from itertools import islice
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.errors import NotImplementedYet
from grader.box.standins import Loader, Loss, Model, Optimizer, Trace

TRAINING = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
EVENTS = ["begin_fit", "begin_epoch", *TRAINING, "begin_validate", "after_epoch", "after_fit"]
READ = ["epoch", "epochs", "iters", "in_train", "n_iter", "n_epochs"]


def _get(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)


def _learner(trace: Trace, train: list[int], valid: list[int]) -> Any:
    """What a runner's fit takes, made of stand-ins, with batches of those sizes."""
    model = Model(trace)
    data = SimpleNamespace(train_dl=Loader(trace, train), valid_dl=Loader(trace, valid, first=len(train)))
    return SimpleNamespace(model=model, opt=Optimizer(trace, model), loss_func=Loss(trace), data=data)


class _Stage:
    """A Runner with a script's callbacks, a learner made of stand-ins, and the trace of them all."""

    def __init__(
        self,
        module: ModuleType,
        script: dict[str, Any],
        extra: list[Any],
        given: str,
        order_of: str = "class",
    ) -> None:
        self.trace, self.script, self.epochs = Trace(), script, script["epochs"]
        self.runner: Any = None
        torch.set_grad_enabled(True)  # an earlier fit of wrong work may have left it off
        self.new_learner()
        classes = [self._class(module, i, cb, order_of) for i, cb in enumerate(script["callbacks"])]
        if given == "cb_funcs":
            self.runner = _get(module, "Runner")(cb_funcs=[*classes, *(lambda cb=cb: cb for cb in extra)])
        elif given == "both":
            self.runner = _get(module, "Runner")([cls() for cls in classes[::2]] + extra, classes[1::2])
        else:
            self.runner = _get(module, "Runner")([cls() for cls in classes] + extra)

    def new_learner(self) -> None:
        self.learn = _learner(self.trace, self.script["train"], self.script["valid"])
        self.model = self.learn.model

    def _class(self, module: ModuleType, i: int, cb: dict[str, Any], order_of: str) -> type:
        heard = EVENTS if cb["hears"] == "all" else list(dict.fromkeys(a["event"] for a in cb["acts"]))
        body: dict[str, Any] = {event: self._method(i, event, cb["acts"]) for event in heard}
        if cb["order"] is not None and order_of == "class":
            body["_order"] = cb["order"]
        elif cb["order"] is not None:
            body["__init__"] = lambda self: setattr(self, "_order", cb["order"])
        return type(chr(ord("A") + i), (_get(module, "Callback"),) if cb["derived"] else (), body)

    def _method(self, i: int, event: str, acts: list[dict[str, Any]]) -> Any:
        asked = 0

        def method(_: Any) -> Any:
            nonlocal asked
            now = {a["does"]: a["value"] for a in reversed(acts) if (a["event"], a["nth"]) == (event, asked)}
            self.trace.note(
                "asked",
                cb=i,
                event=event,
                true=bool(now.get("answer")),
                raises="raise" in now,
                **self._state(),
            )
            asked += 1
            if "stop" in now:
                self.runner.stop = True
            if "raise" in now:
                raise getattr(builtins, now["raise"])("on purpose")
            return now.get("answer")

        return method

    def _state(self) -> dict[str, Any]:
        gradient = self.model.weight.grad
        return {
            **{name: getattr(self.runner, name, None) for name in READ},
            "training": self.model.training,
            "grad": torch.is_grad_enabled(),
            "weight": self.model.weight.item(),
            "gradient": None if gradient is None else gradient.item(),
            "learner": getattr(self.runner, "learn", None) is self.learn,
        }

    def fit(self) -> None:
        """One fit, and a last entry: what was raised, whether the learner is gone, what stop is now."""
        raised = None
        try:
            self.runner.fit(self.epochs, self.learn)
        except (Exception, KeyboardInterrupt) as error:
            if "on purpose" not in str(error):
                raise
            raised = type(error).__name__
        self.trace.note(
            "over",
            raised=raised,
            gone=getattr(self.runner, "learn", None) is None,
            stop=bool(getattr(self.runner, "stop", False)),
        )


def fit(
    module: ModuleType, script: dict[str, Any], given: str = "cbs", fits: int = 1, order_of: str = "class"
) -> list[Any]:
    """Traces of that many fits by one runner, each of a new learner.

    given:    the callbacks are "cbs", "cb_funcs", or "both" by turns
    order_of: _order is an attribute of the "class", or of the "instance"
    """
    stage = _Stage(module, script, [], given, order_of)
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


def _watch(module: ModuleType, **functions: Any) -> Any:
    """A callback made of functions of the runner, called at the events that they are named after."""

    def method(function: Any) -> Any:
        return lambda self: function(self.run)

    body = {event: method(function) for event, function in functions.items()}
    return type("Watch", (_get(module, "Callback"),), body)()


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

    watch = _watch(
        module,
        begin_fit=learner,
        after_loss=after_loss,
        after_fit=learner,
    )
    stage = _Stage(module, script, [watch], "cbs")
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
    stage = _Stage(module, script, [_watch(module, **{event: do})], "cbs")
    stage.fit()
    return stage.trace.entries


def set_mode(module: ModuleType, sizes: list[int], training: bool | None) -> list[Any]:
    """The trace of an epoch in which a callback puts the model in train or eval mode at each begin_batch, if any."""

    def do(run: Any) -> None:
        if training is not None:
            run.model.train(training)

    script = {"epochs": 1, "train": sizes, "valid": sizes, "callbacks": []}
    stage = _Stage(module, script, [_watch(module, begin_batch=do)], "cbs")
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

    extra.append(_watch(module, after_epoch=ask))
    if what not in ("one_batch", "all_batches"):
        extra.append(_watch(module, **{what: lambda _: stage.trace.note(what)}))
    stage = _Stage(module, script, extra, "cbs")
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
        return type(name, (_get(module, "Callback"),), body)

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
        runner = _get(module, "Runner")(cb_funcs=argument)
    else:
        runner = _get(module, "Runner")(argument, last)
    runner.fit(1, _learner(Trace(), [1], [1]))
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
    runner = _get(module, "Runner")
    first = runner(cb_funcs=[lambda: _watch(module, begin_fit=lambda _: heard.append("first"))])
    second = runner()
    counts = []
    for run in (second, first):
        heard.clear()
        run.fit(1, _learner(Trace(), [1], [1]))
        counts.append(len(heard))
    return {"without": counts[0], "with": counts[1]}


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
    result = _get(module, "listify")(o)
    alone = isinstance(result, list) and len(result) == 1 and result[0] is o
    return {"result": [kind] if alone else result, "same": result is o}


def name_of(module: ModuleType, class_name: str) -> Any:
    """The name of a callback whose class, derived from Callback, is called like that."""
    return type(class_name, (_get(module, "Callback"),), {})().name


def order_of(module: ModuleType) -> list[Any]:
    """_order of a Callback, and of one whose class says 7."""
    base = _get(module, "Callback")
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
    callback = type("Reader", (_get(module, "Callback"),), {})()
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
    base = _get(module, "Callback")
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
    return getattr(type("Early", (_get(module, "Callback"),), {})(), name)


def copied(module: ModuleType, how: str) -> dict[str, Any]:
    """A copy of a callback that has speed = [3]: its class's name, its speed, whether that list is the original's,
    what it reads from a runner of its own, and what the original then reads. how: "copy", "deepcopy" or "pickle"
    """
    callback = _get(module, "Callback")()
    callback.speed = [3]
    sys.modules[module.__name__] = module  # where pickle looks the class up; another copy may be loaded since
    twin = pickle.loads(pickle.dumps(callback)) if how == "pickle" else getattr(copy, how)(callback)
    twin.set_runner(SimpleNamespace(epoch=5))
    return {
        "class": type(twin).__name__,
        "speed": twin.speed,
        "shared": twin.speed is callback.speed,
        "epoch": twin.epoch,
        "original": _tried(lambda: callback.epoch),
    }


def _stand_in_runner(model: Any) -> Any:
    learn = SimpleNamespace(model=model, opt=None, loss_func=None, data=None)
    return SimpleNamespace(
        learn=learn, model=model, opt=None, loss_func=None, data=None, epochs=0, stop=False
    )


def _fire(callback: Any, event: str) -> None:
    method = getattr(callback, event, None)
    if method is not None:
        method()


def train_eval(module: ModuleType, fits: list[list[list[int]]]) -> list[Any]:
    """Drive a TrainEvalCallback through fits, by a stand-in for the runner, and report after each moment.

    fits: of each, its epochs; of each epoch [batches in the training data, how many of them are done, how many of
    these are cancelled at once, batches of validation].
    Entries are [moment, fit, epoch, batch, {"n_iter", "n_epochs", "in_train", "training"}], the moment being
    "begin_fit", "begin_epoch", "begin_batch" (in training), "batch", "begin_validate" or "validation batch".
    """
    model = Model(Trace())
    run = _stand_in_runner(model)
    callback = _get(module, "TrainEvalCallback")()
    entries: list[Any] = []

    def note(moment: str, *where: int) -> None:
        state = {name: getattr(run, name, None) for name in ("n_iter", "n_epochs", "in_train")}
        entries.append([moment, *where, {**state, "training": model.training}])

    for f, epochs in enumerate(fits):
        run.epochs = len(epochs)
        model.eval()
        callback.set_runner(run)
        _fire(callback, "begin_fit")
        note("begin_fit", f, 0, 0)
        for e, (n, done, cancelled, valid) in enumerate(epochs):
            run.epoch = e
            _fire(callback, "begin_epoch")
            note("begin_epoch", f, e, 0)
            run.iters = n
            for k in range(done):
                _fire(callback, "begin_batch")
                note("begin_batch", f, e, k)
                for event in TRAINING[-1:] if k < cancelled else TRAINING[1:]:
                    _fire(callback, event)
                note("batch", f, e, k)
            _fire(callback, "begin_validate")
            note("begin_validate", f, e, 0)
            run.iters = valid
            for k in range(valid):
                for event in ("begin_batch", "after_pred", "after_loss", "after_batch"):
                    _fire(callback, event)
                note("validation batch", f, e, k)
            _fire(callback, "after_epoch")
        _fire(callback, "after_fit")
    return entries


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
    run.yb = torch.tensor(yb, dtype=torch.float64)
    run.pred = torch.tensor(pred, dtype=torch.float64, requires_grad=torch.is_grad_enabled())
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
    "valid": of one that is filled at the same time, with the batches backwards;
    "unchanged": whether the last batch's pred, yb and loss stayed as they were
    """
    stats = [_get(module, "AvgStats")(_metrics(metrics), in_train) for in_train in (True, False)]
    report: dict[str, Any] = {"train": [], "so far": [], "valid": [], "unchanged": True}
    for batches in passes:
        for s in stats:
            s.reset()
        report["so far"].append([])
        for both in zip(batches, reversed(batches), strict=True):
            for s, batch in zip(stats, both, strict=True):
                run = _stand_in_runner(None)
                run.in_train = s is stats[0]
                _show_batch(run, *batch)
                before = [t.detach().clone() for t in (run.pred, run.yb, run.loss)]
                s.accumulate(run)
                after = [run.pred, run.yb, run.loss]
                same = all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
                report["unchanged"] = report["unchanged"] and same
            if look:
                report["so far"][-1].append(_plain(stats[0].avg_stats))
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
    callback = _get(module, "AvgStatsCallback")(_metrics(metrics))
    run = _stand_in_runner(Model(Trace()))
    rows: list[Any] = []
    for epochs in fits:
        run.epochs, run.n_iter, run.n_epochs = len(epochs), 0, 0.0
        callback.set_runner(run)
        _fire(callback, "begin_fit")
        for run.epoch, halves in enumerate(epochs):
            run.in_train = True
            _fire(callback, "begin_epoch")
            for half, run.in_train in zip(halves, (True, False), strict=True):
                with torch.set_grad_enabled(run.in_train):
                    if not run.in_train:
                        _fire(callback, "begin_validate")
                    run.iters = len(half)
                    for batch in half:
                        _play_batch(callback, run, batch)
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                _fire(callback, "after_epoch")
            row = {"train": callback.train_stats, "valid": callback.valid_stats}
            rows.append(
                {**{k: _plain(s.avg_stats) for k, s in row.items()}, "printed": said.getvalue()[:500]}
            )
        _fire(callback, "after_fit")
    return rows


def _play_batch(callback: Any, run: Any, batch: list[list[float]]) -> None:
    """Fire a batch's events; the runner shows xb and yb from the start, pred and loss once they are there."""
    _show_batch(run, *batch)
    pred, loss = run.pred, run.loss
    run.pred = run.loss = None
    _fire(callback, "begin_batch")
    run.pred = pred
    _fire(callback, "after_pred")
    run.loss = loss
    for event in TRAINING[2:] if run.in_train else ["after_loss", "after_batch"]:
        _fire(callback, event)
