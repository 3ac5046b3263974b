"""The stage: what surrounds a training loop, all of it with one trace."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

from .players import SILENT, Derived, Nine, StandIn


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


class Stage:
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
            data = lookup(module, "DataBunch")(self.train_dl, self.valid_dl)
            self.learn = lookup(module, "Learner")(self.model, opt, self.loss, data)
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

    def callbacks(self, module: ModuleType, kind: type = Nine) -> list[Any]:
        """The script's callbacks, each of a class of its own; those that are not derived are of class `kind`, too.

        The names of the classes fall, so that a list sorted by name is in another order.
        """
        cbs = []
        for i, cb in enumerate(self.script["callbacks"]):
            bases = (Derived, lookup(module, "Callback")) if cb["derived"] else (kind,)
            cbs.append(self._cast(type(f"Played{9 - i}", bases, {})(), i))
        return cbs

    def stand_in(self, yes: Any = True) -> StandIn:
        """A handler that plays the script's only callback."""
        self.handler = self._cast(StandIn(), 0)
        self.handler.yes = yes
        return self.handler

    def _cast(self, who: Any, i: int) -> Any:
        asked: Counter[str] = Counter()
        acts = self.script["callbacks"][i]["acts"] if i < len(self.script["callbacks"]) else []

        def play(event: str, given: Any) -> Any:
            if event == "after_loss" and self.validating:
                return SILENT
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
            return now.get("answer", SILENT)

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
        _, raised = tried(function)
        grad = torch.is_grad_enabled()
        torch.set_grad_enabled(True)
        self.trace.note("over", raised=raised, stop=bool(getattr(self.learn, "stop", False)), grad=grad)
        return self.trace.entries[start:]


def tried(function: Callable[[], Any]) -> tuple[Any, str | None]:
    """What it returns, and the class's name of what a script made it raise."""
    try:
        return function(), None
    except (Exception, KeyboardInterrupt) as error:
        if "on purpose" not in str(error):
            raise
        return None, type(error).__name__
