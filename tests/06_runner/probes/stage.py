"""The stage: a Runner with a script's callbacks, among stand-ins."""

from __future__ import annotations

import builtins
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

TRAINING = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]


EVENTS = ["begin_fit", "begin_epoch", *TRAINING, "begin_validate", "after_epoch", "after_fit"]


READ = ["epoch", "epochs", "iters", "in_train", "n_iter", "n_epochs"]


def learner_of(trace: Trace, train: list[int], valid: list[int]) -> Any:
    """What a runner's fit takes, made of stand-ins, with batches of those sizes."""
    model = Model(trace)
    data = SimpleNamespace(train_dl=Loader(trace, train), valid_dl=Loader(trace, valid, first=len(train)))
    return SimpleNamespace(model=model, opt=Optimizer(trace, model), loss_func=Loss(trace), data=data)


class Stage:
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
            self.runner = lookup(module, "Runner")(cb_funcs=[*classes, *(lambda cb=cb: cb for cb in extra)])
        elif given == "both":
            self.runner = lookup(module, "Runner")([cls() for cls in classes[::2]] + extra, classes[1::2])
        else:
            self.runner = lookup(module, "Runner")([cls() for cls in classes] + extra)

    def new_learner(self) -> None:
        self.learn = learner_of(self.trace, self.script["train"], self.script["valid"])
        self.model = self.learn.model

    def _class(self, module: ModuleType, i: int, cb: dict[str, Any], order_of: str) -> type:
        heard = EVENTS if cb["hears"] == "all" else list(dict.fromkeys(a["event"] for a in cb["acts"]))
        body: dict[str, Any] = {event: self._method(i, event, cb["acts"]) for event in heard}

        def made(self: Any) -> None:
            super(cls, self).__init__()
            self._order = cb["order"]

        if cb["order"] is not None and order_of == "class":
            body["_order"] = cb["order"]
        elif cb["order"] is not None:
            body["__init__"] = made
        cls = type(chr(ord("A") + i), (lookup(module, "Callback"),) if cb["derived"] else (), body)
        return cls

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


def watching(module: ModuleType, **functions: Any) -> Any:
    """A callback made of functions of the runner, called at the events that they are named after."""

    def method(function: Any) -> Any:
        return lambda self: function(self.run)

    body = {event: method(function) for event, function in functions.items()}
    return type("Watch", (lookup(module, "Callback"),), body)()
