"""The Learner's own loop: fits of scripted callbacks, and of ones that change what the loop works on."""

from __future__ import annotations

import builtins
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

from .common import EVENTS, learner, torch_state, watching

READ = ["epoch", "n_epoch", "iter", "n_iter", "training"]
TELLING = ("before_epoch", "before_train", "after_pred")  # where scripted callbacks note what they read
UNTOLD = (
    "draw",
    "drawn",
    "mode",
    "opt",
)  # entries of the stand-ins' traces that nobody asks for: they cost time


def _exception(module: ModuleType, name: str) -> Any:
    return getattr(builtins, name) if hasattr(builtins, name) else lookup(module, name)


def _scripted(module: ModuleType, i: int, acts: list[dict[str, Any]], trace: Trace, first: bool) -> Any:
    """A callback that hears all events, notes them, and raises what its acts say."""

    def method(event: str) -> Any:
        asked = 0

        def method(self: Any) -> None:
            nonlocal asked
            raised = next((a["value"] for a in acts if (a["event"], a["nth"]) == (event, asked)), None)
            told = event in TELLING
            state = {name: getattr(self.learn, name, None) for name in READ} if told else {}
            trace.note("asked", cb=i, event=event, raises=raised or "", grad=torch.is_grad_enabled(), **state)
            asked += 1
            if raised:
                raise _exception(module, raised)("on purpose")

        return method

    body: dict[str, Any] = {event: method(event) for event in EVENTS}
    if first:
        body["run_after"] = lookup(module, "TrainEvalCallback")
        body["run_before"] = lookup(module, "Recorder")
    return type(chr(ord("A") + i), (lookup(module, "Callback"),), body)()


class _Raising:
    """Parts of the loop, of which one raises when it is its turn for the nth time, and says so in the trace."""

    def __init__(self, trace: Trace, part: str, nth: int, exception: Any) -> None:
        self._trace, self._part, self._nth, self._exception = trace, part, nth, exception

    def turn(self, part: str) -> None:
        if part != self._part:
            return
        self._nth -= 1
        if self._nth == -1:
            self._trace.note("raised", part=part, raises=self._exception.__name__)
            raise self._exception("on purpose")

    def parts(self, train: list[int], valid: list[int]) -> dict[str, Any]:
        """Arguments for `learner`."""
        trace, turn = self._trace, self.turn

        class RaisingModel(Model):
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                pred = super().forward(x)
                turn("the model")
                return pred

        class RaisingLoss(Loss):
            def __call__(self, pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
                loss = super().__call__(pred, y)
                turn("the loss function")
                return loss

        class RaisingLoader(Loader):
            def __iter__(self) -> Any:
                for batch in super().__iter__():
                    turn("dls.valid" if self._first else "dls.train")
                    yield batch

        class RaisingOptimizer(Optimizer):
            def step(self) -> None:
                turn("opt.step")
                super().step()

            def zero_grad(self) -> None:
                super().zero_grad()
                turn("opt.zero_grad")

        def metric(pred: torch.Tensor, y: torch.Tensor) -> float:
            turn("a metric")
            return 1.0

        model = RaisingModel(trace)
        return {
            "train": RaisingLoader(trace, train),
            "valid": RaisingLoader(trace, valid, first=len(train)),
            "model": model,
            "loss_func": RaisingLoss(trace),
            "opt_func": lambda params, lr: RaisingOptimizer(trace, model, lr),
            "metrics": [metric],
        }


def _name_of(error: BaseException) -> str:
    """The exception's name; where Python or the loop made another one of it, that of what was raised on purpose."""
    while "on purpose" not in str(error):
        if error.__cause__ is None:
            raise error
        error = error.__cause__
    return type(error).__name__


def fit(
    module: ModuleType,
    script: dict[str, Any],
    fits: int = 1,
    raising: list[Any] | None = None,
    first: bool = False,
) -> list[Any]:
    """Traces of that many fits of one learner; each ends with ["over", {"raised": name or None, "switched": [...]}].

    raising:  [part, nth, exception]: that part of the loop raises that when its turn comes for the nth time
    first:    the callbacks want to run between TrainEvalCallback and Recorder
    switched: [what, before, after] of each state of torch as a whole that is not what it was before the fit
    """
    trace = Trace()
    cbs = [_scripted(module, i, cb["acts"], trace, first) for i, cb in enumerate(script["callbacks"])]
    parts: dict[str, Any] = {"train": script["train"], "valid": script["valid"]}
    if raising:
        part, nth, exception = raising
        parts = _Raising(trace, part, nth, _exception(module, exception)).parts(**parts)
    learn = learner(module, trace, parts.pop("train"), parts.pop("valid"), cbs, **parts)
    traces = []
    for _ in range(fits):
        trace.entries = []
        for p in learn.model.parameters():
            p.grad = None  # that of a fit that was broken off: whether the next one finds it is left open
        before, raised = torch_state(), None
        try:
            learn.fit(script["epochs"])
        except (Exception, KeyboardInterrupt) as error:
            raised = _name_of(error)
        after = torch_state()
        switched = [[name, value, after[name]] for name, value in before.items() if value != after[name]]
        trace.note("over", raised=raised, switched=switched)
        traces.append([entry for entry in trace.entries if entry[0] not in UNTOLD])
    return traces


def fired(module: ModuleType, scripts: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Of the events' names, those that `event` has as attributes, and those that fits of these scripts fired."""
    listed, heard = lookup(module, "event"), set()
    for script in scripts:
        for trace in fit(module, script):
            heard |= {details["event"] for what, details in trace if what == "asked"}
    return {"listed": [e for e in EVENTS if hasattr(listed, e)], "heard": [e for e in EVENTS if e in heard]}


def made(module: ModuleType, lr: float) -> list[Any]:
    """The trace of a learner that is made with that lr, and fits."""
    trace = Trace()
    learner(module, trace, [1, 1], [1], lr=lr).fit(1)
    return trace.entries


def meddle(
    module: ModuleType,
    sizes: list[int],
    event: str,
    change: dict[str, tuple[float, float]],
    through: str = "learn",
) -> list[Any]:
    """The trace of one epoch in which a callback changes attributes at `event` of every training batch.

    change:  self.learn.NAME becomes NAME * factor + summand (xb, yb: a tuple of their only entry, so changed)
    through: "learn", or "self": the callback sets its own attribute
    """

    def do(self: Any) -> None:
        for name, (factor, summand) in change.items():
            old = getattr(self.learn, name)
            new = tuple(o * factor + summand for o in old) if name in ("xb", "yb") else old * factor + summand
            setattr(self.learn if through == "learn" else self, name, new)

    trace = Trace()
    learner(module, trace, sizes, [1], [watching(module, **{event: do})]).fit(1)
    return trace.entries


def replace(module: ModuleType, name: str, event: str) -> list[Any]:
    """The trace of one epoch of two batches in which a callback puts a new loss_func, opt or model in place, at `event`
    of the second training batch. What the new one does is noted as "new loss", "new step" or "new forward"."""
    trace, batches = Trace(), 0

    def do(self: Any) -> None:
        nonlocal batches
        batches += 1
        if batches != 2:
            return
        if name == "loss_func":

            def new(pred: Any, y: Any) -> Any:
                trace.note("new loss")
                return (pred - y).mean()

        elif name == "opt":
            new = SimpleNamespace(step=lambda: trace.note("new step"), zero_grad=lambda: None)
        else:
            new = _NewModel(trace)
        setattr(self.learn, name, new)

    learner(module, trace, [1, 1], [1], [watching(module, **{event: do})]).fit(1)
    return trace.entries


class _NewModel(Model):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pred = super().forward(x)
        self._trace.note("new forward")
        return pred
