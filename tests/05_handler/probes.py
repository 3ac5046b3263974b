"""Probes of unit 05: they play scripts of callbacks to the handler, one_batch, all_batches and fit.

A script is plain data (grader/suite/scripts.py says what is in it). What a probe reports is the trace of the
stand-ins (grader/box/standins.py), with an entry ["asked", {...}] for each time that a callback was asked: its number
and the landmark, what it was given there, and the state of handler and model at that moment.

one_batch, all_batches and fit are given a handler that stands in for the submission's: it plays the script's only
callback itself. What after_loss is asked in validation is left open, so it is neither noted nor counted there.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from grader.box.errors import NotImplementedYet
from grader.box.standins import Loader, Loss, Model, Optimizer, Trace

_SILENT = object()  # no act for this moment
_CAP = 200  # of the batches that an endless loader has


def _get(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)


class _Trace(Trace):
    """A trace that knows which batch was drawn last, and raises what `faults` say, by the kind of entry."""

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        super().__init__()
        self.batch = -1
        self._faults = faults
        self._noted: Counter[str] = Counter()

    def note(self, what: str, **details: Any) -> None:
        super().note(what, **details)
        nth, self._noted[what] = self._noted[what], self._noted[what] + 1
        if what == "draw":
            self.batch = details["batch"]
        for fault in self._faults:
            if (fault["event"], fault["nth"]) == (what, nth):
                raise getattr(builtins, fault["value"])("on purpose")


class _Model(Model):
    """The stand-in with a part in it, whose mode has to follow."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self.part = nn.Identity()


class _Loss(Loss):
    """The stand-in, which remembers what it returned last."""

    last: Any = None

    def __call__(self, pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        self.last = super().__call__(pred, y)
        return self.last


class _Nine:
    """A callback's nine methods. `play(event, given)` is what it does there, `otherwise(event, *args)` what it
    answers when the script is silent."""

    play: Callable[..., Any]
    stage: _Stage

    def begin_fit(self, learn):
        return self._hear("begin_fit", learn is self.stage.learn, learn)

    def begin_epoch(self, epoch):
        return self._hear("begin_epoch", epoch, epoch)

    def begin_batch(self, xb, yb):
        return self._hear("begin_batch", self.stage.number_of(xb, yb), xb, yb)

    def after_loss(self, loss):
        return self._hear("after_loss", loss is self.stage.loss.last, loss)

    def after_backward(self):
        return self._hear("after_backward", None)

    def after_step(self):
        return self._hear("after_step", None)

    def begin_validate(self):
        return self._hear("begin_validate", None)

    def after_epoch(self):
        return self._hear("after_epoch", None)

    def after_fit(self):
        return self._hear("after_fit", None)

    def _hear(self, event: str, given: Any, *args: Any) -> Any:
        answer = self.play(event, given)
        return self.otherwise(event, *args) if answer is _SILENT else answer

    def otherwise(self, event: str, *args: Any) -> Any:
        return True


class _Derived(_Nine):
    """Comes before the submission's Callback: what that answers goes when the script is silent."""

    def otherwise(self, event: str, *args: Any) -> Any:
        return getattr(super(_Nine, self), event)(*args)


class _Odd(_Nine):
    """An empty container that is equal to everything, and has no hash."""

    def __len__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return True


class _StandIn(_Nine):
    """What one_batch, all_batches and fit may expect of a handler. `yes`: how it says that all may go on."""

    learn: Any
    in_train = True
    yes: Any = True

    def _hear(self, event: str, given: Any, *args: Any) -> Any:
        if event in ("begin_epoch", "begin_validate"):
            self.in_train = event == "begin_epoch"
            self.learn.model.train(self.in_train)
        return super()._hear(event, given, *args)

    def otherwise(self, event: str, *args: Any) -> Any:
        return self.yes if self.in_train or event != "after_loss" else False

    def begin_fit(self, learn):
        self.learn, learn.stop = learn, False
        return super().begin_fit(learn)

    def do_stop(self):
        stop, self.learn.stop = self.learn.stop, False
        return self.yes if stop else False


class _Stage:
    """What surrounds a training loop, all of it with one trace, and players for a script's callbacks."""

    def __init__(self, script: dict[str, Any], faults: list[dict[str, Any]] | None = None) -> None:
        self.trace, self.script = _Trace(faults or []), script
        self.handler: Any = None
        self.renew(None)

    def renew(self, module: ModuleType | None) -> None:
        """Another learner, that of `module` if given, with model, data, loss and optimizer of its own."""
        train, valid = self.script["train"], self.script["valid"]
        self.model, self.loss = _Model(self.trace), _Loss(self.trace)
        self.train_dl = Loader(self.trace, train)
        self.valid_dl = Loader(self.trace, valid, first=len(train))
        opt = Optimizer(self.trace, self.model)
        if module:
            data = _get(module, "DataBunch")(self.train_dl, self.valid_dl)
            self.learn = _get(module, "Learner")(self.model, opt, self.loss, data)
        else:
            data = SimpleNamespace(train_dl=self.train_dl, valid_dl=self.valid_dl)
            self.learn = SimpleNamespace(model=self.model, opt=opt, loss_func=self.loss, data=data)

    @property
    def validating(self) -> bool:
        return self.trace.batch >= len(self.script["train"])

    @property
    def batches(self) -> list[Any]:
        return [*self.train_dl.batches, *self.valid_dl.batches]

    def number_of(self, xb: Any, yb: Any) -> int | None:
        """The number of the batch that consists of these very objects."""
        return next((k for k, (x, y) in enumerate(self.batches) if x is xb and y is yb), None)

    def callbacks(self, module: ModuleType, kind: type = _Nine) -> list[Any]:
        """The script's callbacks, each of a class of its own; those that are not derived are of class `kind`, too.

        The names of the classes fall, so that a list sorted by name is in another order.
        """
        cbs = []
        for i, cb in enumerate(self.script["callbacks"]):
            bases = (_Derived, _get(module, "Callback")) if cb["derived"] else (kind,)
            cbs.append(self._cast(type(f"Played{9 - i}", bases, {})(), i))
        return cbs

    def stand_in(self, yes: Any = True) -> _StandIn:
        """A handler that plays the script's only callback."""
        self.handler = self._cast(_StandIn(), 0)
        self.handler.yes = yes
        return self.handler

    def _cast(self, who: Any, i: int) -> Any:
        asked: Counter[str] = Counter()
        acts = self.script["callbacks"][i]["acts"] if i < len(self.script["callbacks"]) else []

        def play(event: str, given: Any) -> Any:
            if event == "after_loss" and self.validating:
                return _SILENT
            now = {
                a["does"]: a["value"]
                for a in reversed(acts)
                if (a["event"], a["nth"]) == (event, asked[event])
            }
            asked[event] += 1
            self.trace.note("asked", cb=i, event=event, given=given, raises="raise" in now, **self._state())
            if "stop" in now:
                self.learn.stop = True
            if "raise" in now:
                raise getattr(builtins, now["raise"])("on purpose")
            return now.get("answer", _SILENT)

        who.play, who.stage = play, self
        return who

    def _state(self) -> dict[str, Any]:
        gradient = self.model.weight.grad
        modes = {m.training for m in self.model.modules()}
        return {
            "in_train": getattr(self.handler, "in_train", None),
            "training": modes.pop() if len(modes) == 1 else "in parts",
            "grad": torch.is_grad_enabled(),
            "gradient": None if gradient is None else gradient.item(),
        }

    def until_over(self, function: Callable[[], Any]) -> list[Any]:
        """The trace of the function, with a last entry ["over", {raised, stop, grad}]."""
        start = len(self.trace.entries)
        _, raised = _tried(function)
        grad = torch.is_grad_enabled()
        torch.set_grad_enabled(True)
        self.trace.note("over", raised=raised, stop=bool(getattr(self.learn, "stop", False)), grad=grad)
        return self.trace.entries[start:]


def _tried(function: Callable[[], Any]) -> tuple[Any, str | None]:
    """What it returns, and the class's name of what a script made it raise."""
    try:
        return function(), None
    except (Exception, KeyboardInterrupt) as error:
        if "on purpose" not in str(error):
            raise
        return None, type(error).__name__


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
        made.append(_get(module, name)(*args, **options))
    looked = [*parts, *(["c", "train_ds", "valid_ds"] if name == "DataBunch" else [])]
    return [
        [[what, labels.get(id(value), value)] for what in looked for value in [getattr(one, what)]]
        for one in made
    ]


def callback(module: ModuleType, calls: list[list[Any]], derived: bool) -> list[Any]:
    """Tell callbacks 0 and 1 of base class Callback, or of an empty class derived from it, about landmarks.

    calls: [number of the callback, landmark, tag]; the arguments are objects with that tag (an epoch is the tag)
    Each entry is {"answer", "kept"}, kept being the tags of what that callback has for learn, epoch, xb, yb, loss, of
    those that it was told before.
    """
    base = _get(module, "Callback")
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
        made = torch.tensor(float(tag)) if name == "loss" else SimpleNamespace()
        tags[id(made)] = f"{name} {tag}"
        alive.append(made)
        return made

    def tag_of(name: str, value: Any) -> Any:
        if name == "loss":
            return f"loss {float(value):g}"
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
           "mode" (somebody sets the model's mode: 1 train, 0 eval), "renew" (from here on another learner), "others"
           (two more handlers are made, the first with no callbacks, the second with one that nobody ought to hear)
    given: the callbacks are given in a "list"; "none": None instead, "nothing": no argument
    odd:   the callbacks are odd objects
    "calls": {"answer": whether it is true, "raised", "heard": entries of its part of the trace, "stop": learn.stop,
    "learn": whether that is the handler's learner, "in_train", "training"} of each; "list": whether the list is as it
    was; "before": whether each learner's model but the last is in training mode
    """
    stage = _Stage(script)
    cbs = stage.callbacks(module, _Odd if odd else _Nine)
    before = list(cbs)
    handler_class = _get(module, "CallbackHandler")
    stage.handler = handler_class(*{"list": [cbs], "none": [None], "nothing": []}[given])
    report, models, alive = [], [stage.model], []
    for name, number in calls:
        start = len(stage.trace.entries)
        answer, raised = None, None
        if name == "stop":
            stage.learn.stop = True
        elif name == "mode":
            stage.model.train(bool(number))
        elif name == "renew":
            stage.renew(None)
            models.append(stage.model)
        elif name == "others":
            alive += [handler_class(), handler_class([stage._cast(_Nine(), 9)])]
        else:
            answer, raised = _tried(_call(stage, name, number))
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


def _call(stage: _Stage, name: str, number: int) -> Callable[[], Any]:
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
    one_batch = _get(module, "one_batch")
    stages = [_Stage(script, faults) for _ in range(learners)]
    for stage in stages:
        stage.stand_in(yes).learn = stage.learn
        stage.learn.stop = False

    def run() -> None:
        for turn in zip(*(stage.train_dl for stage in stages), strict=True):
            for stage, (xb, yb) in zip(stages, turn, strict=True):
                one_batch(xb, yb, stage.handler)

    (first, *others) = stages
    return [first.until_over(run), *(stage.trace.entries for stage in others)]


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
    stage = _Stage(script, faults)
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
        _get(module, "all_batches")(kinds[kind](), stage.handler)

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
    stage = _Stage(script, faults)
    if own:
        stage.handler = _get(module, "CallbackHandler")(stage.callbacks(module))
    else:
        stage.stand_in(yes)
    traces = []
    for new in learners or [1]:
        if new:
            stage.renew(module if own else None)
        stage.trace.batch = -1
        traces.append(
            stage.until_over(lambda: _get(module, "fit")(script["epochs"], stage.learn, stage.handler))
        )
    return traces
