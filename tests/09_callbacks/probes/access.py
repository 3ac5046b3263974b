"""What a callback reads of the learner, and what it writes."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

from .common import BEFORE_BACKWARD, Batches, learner, reset_torch, watching


def look(module: ModuleType, script: dict[str, Any], lr: float) -> list[Any]:
    """What a callback reads of the learner, through self, at each after_loss, and at before_fit and after_fit.

    Objects are told as whether they are the ones that were given; tensors as they are.
    """
    trace = Trace()
    seen: list[Any] = []
    made: list[Any] = []
    model, loss_func = Model(trace), Loss(trace)
    train, valid = Loader(trace, script["train"]), Loader(trace, script["valid"], first=len(script["train"]))

    def opt_func(params: Any, lr: float) -> Any:
        made.append(Optimizer(trace, model, lr))
        return made[-1]

    def given(self: Any) -> dict[str, Any]:
        kinds = {type(cb).__name__ for cb in self.cbs}
        return {
            "model": self.model is model,
            "dls": self.dls.train is train and self.dls.valid is valid,
            "loss_func": self.loss_func is loss_func,
            "opt_func": self.opt_func is opt_func,
            "opt": bool(made) and self.opt is made[-1],
            "cbs": {"TrainEvalCallback", "Recorder", "Watch"} <= kinds,
            "recorder": type(self.recorder).__name__ == "Recorder",
            "learn": self.learn is learn,
            "n_epoch": self.n_epoch == script["epochs"],
        }

    def batch(self: Any) -> dict[str, Any]:
        copies = {name: getattr(self, name).detach().clone() for name in ("x", "y", "pred", "loss")}
        return {
            **copies,
            "xb": _tuple_of(self.xb, self.x),
            "yb": _tuple_of(self.yb, self.y),
            "dl": "train" if self.dl is train else "valid" if self.dl is valid else "neither",
            **{name: getattr(self, name) for name in ("epoch", "iter", "n_iter", "n_epoch")},
            "weight": model.weight.item(),
        }

    def note(moment: str, what: Any) -> Any:
        return lambda self: seen.append([moment, what(self)])

    watch = watching(
        module,
        before_fit=note("before_fit", given),
        after_loss=note("after_loss", batch),
        after_fit=note("after_fit", given),
    )
    dls = SimpleNamespace(train=train, valid=valid)
    reset_torch()
    learn = lookup(module, "Learner")(dls, model, loss_func, opt_func, lr, [watch])
    learn.fit(script["epochs"])
    return seen


def _tuple_of(batch: Any, entry: Any) -> bool:
    """Whether it is a tuple of that one thing."""
    return isinstance(batch, tuple) and len(batch) == 1 and batch[0] is entry


def from_when_on(module: ModuleType, epochs: int, train: int, valid: int) -> list[Any]:
    """What a callback reads at the before_ events: [event, {name: value}], "nothing" where there is no such name.

    Loaders are told as "train" or "valid".
    """
    trace, seen = Trace(), []
    loaders = {"train": Loader(trace, [2] * train), "valid": Loader(trace, [2] * valid, first=train)}
    names = {
        "before_fit": ["n_epoch"],
        "before_epoch": ["n_epoch", "epoch"],
        "before_train": ["n_epoch", "epoch"],
        "before_validate": ["n_epoch", "epoch"],
        "before_batch": ["n_epoch", "epoch", "dl", "n_iter", "iter"],
    }

    def read(event: str) -> Any:
        def method(self: Any) -> None:
            came = {name: getattr(self, name, "nothing") for name in names[event]}
            if "dl" in came:
                came["dl"] = next((name for name, dl in loaders.items() if dl is came["dl"]), "neither")
            seen.append([event, came])

        return method

    watch = watching(module, **{event: read(event) for event in names})
    learner(module, trace, loaders["train"], loaders["valid"], [watch]).fit(epochs)
    return seen


def not_yet(module: ModuleType, batches: int) -> list[Any]:
    """[event, name, whether it is None] of learn.pred and learn.loss before a batch has them."""
    seen: list[Any] = []

    def read(event: str, *names: str) -> Any:
        return lambda self: seen.extend(
            [event, name, getattr(self.learn, name, None) is None] for name in names
        )

    watch = watching(
        module,
        before_batch=read("before_batch", "pred", "loss"),
        after_pred=read("after_pred", "loss"),
    )
    learner(module, Trace(), [2] * batches, [2], [watch]).fit(1)
    return seen


EVENTS_OF_A_BATCH = [*BEFORE_BACKWARD, "after_backward", "after_step", "after_batch"]


class _Several(nn.Module):
    """Σ of the inputs times the weight; notes how many came, and their sums."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, *inputs: Any) -> torch.Tensor:
        tensors = all(isinstance(x, torch.Tensor) for x in inputs)
        self._trace.note("inputs", sums=[x.sum().item() for x in inputs] if tensors else None, n=len(inputs))
        total: torch.Tensor = sum(inputs) * self.weight
        return total


def several(module: ModuleType, inputs: int, targets: int) -> dict[str, Any]:
    """One training batch whose xb holds that many inputs and whose yb that many targets, several of them in a tuple.

    "inputs": what the model was called with; "targets": how many targets the loss was, "xb", "yb": [class, length]
    as a callback reads them, "x", "y": whether they are the only entry, or else the whole.
    """
    trace = Trace()
    report: dict[str, Any] = {}

    def side(n: int) -> Any:
        tensors = tuple(torch.full((2, 1), 2.0**k) for k in range(n))
        return tensors[0] if n == 1 else tensors

    def loss_func(pred: Any, *ys: Any) -> torch.Tensor:
        report["targets"] = [y.sum().item() if isinstance(y, torch.Tensor) else None for y in ys]
        return (pred - sum(ys)).mean()

    def before_batch(self: Any) -> None:
        for name, one in (("xb", "x"), ("yb", "y")):
            whole, short = getattr(self, name), getattr(self, one)
            report[name] = [type(whole).__name__, len(whole)]
            if len(whole) == 1:
                report[one] = short is whole[0]
            else:
                report[one] = isinstance(short, (tuple, list)) and all(
                    a is b for a, b in zip(short, whole, strict=True)
                )

    batches = [(side(inputs), side(targets))]
    dl = Batches(batches)
    learn = learner(
        module,
        trace,
        dl,
        Batches(batches),
        [watching(module, before_batch=before_batch)],
        model=_Several(trace),
        loss_func=loss_func,
    )
    learn.fit(1)
    return {**report, "inputs": [d["sums"] for what, d in trace.entries if what == "inputs"]}


def follow(module: ModuleType, event: str, inputs: int, targets: int) -> list[Any]:
    """A fit of one batch a half, at whose `event` a callback puts a new tuple of that many tensors into learn.xb and
    learn.yb. Entries are [moment, name, as it is due], name being "x" or "y", as another callback reads it there:
    the only entry of the present xb or yb, and else the whole of it."""
    seen: list[Any] = []

    def write(self: Any) -> None:
        for name, n in (("xb", inputs), ("yb", targets)):
            old = getattr(self.learn, name)[0]
            setattr(self.learn, name, tuple(old + k for k in range(n)))

    def read(moment: str) -> Any:
        def method(self: Any) -> None:
            for name in ("x", "y"):
                whole, short = getattr(self.learn, f"{name}b"), getattr(self, name)
                if len(whole) == 1:
                    due = short is whole[0]
                else:
                    due = isinstance(short, tuple) and [id(t) for t in short] == [id(t) for t in whole]
                seen.append([moment, name, due])

        return method

    trace = Trace()
    after = EVENTS_OF_A_BATCH[EVENTS_OF_A_BATCH.index(event) + 1 :]
    writer = type("Writer", (lookup(module, "Callback"),), {event: write})
    reader = watching(module, **{moment: read(moment) for moment in after})
    learner(
        module,
        trace,
        [2, 1],
        [1],
        [writer(), reader],
        model=_Several(trace),
        loss_func=lambda pred, *ys: (pred - sum(ys)).mean(),
    ).fit(1)
    return seen


def _tried(function: Any) -> Any:
    try:
        return function()
    except AttributeError:
        return "AttributeError"


def reads(
    module: ModuleType, learners: list[dict[str, Any]], own: dict[str, Any], names: list[str]
) -> list[Any]:
    """What a callback reads under `names`, from each of the learners in turn: [values, values after the learner's
    attributes all became [value]]. own: attributes that the callback has itself."""
    callback = type("Reader", (lookup(module, "Callback"),), {})()
    for name, value in own.items():
        setattr(callback, name, value)
    report = []
    for attributes in learners:
        learn = callback.learn = SimpleNamespace(**attributes)
        read = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        for name, value in attributes.items():
            setattr(learn, name, [value])
        later = {name: _tried(lambda name=name: getattr(callback, name)) for name in names}
        report.append([read, later])
    return report


def writes(module: ModuleType) -> dict[str, Any]:
    """loss of a learner and of two callbacks of it, after the first callback set self.loss, then self.learn.loss."""
    one, two = lookup(module, "Callback")(), lookup(module, "Callback")()
    one.learn = two.learn = learn = SimpleNamespace(loss="learner's")
    one.loss = "own"
    report = {"after self.loss": [learn.loss, one.loss, two.loss]}
    one.learn.loss = "new"
    return {**report, "after self.learn.loss": [learn.loss, one.loss, two.loss]}


def reads_too_early(module: ModuleType, name: str) -> Any:
    """What a callback reads under that name before it has a learner."""
    return getattr(type("Early", (lookup(module, "Callback"),), {})(), name)
