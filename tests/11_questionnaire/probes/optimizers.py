"""Stand-ins around the optimizer: parameters, callbacks that keep a log, a model that does nothing."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from grader.box.names import lookup

from .common import entries, kind


def make_optimizers(
    module: ModuleType, cbs: list[str], hypers: dict[str, float], lrs: list[float]
) -> dict[str, Any]:
    """What q02_opt_func returns, called once for each lr: "early": how many optimizers it made before it was called;
    "made": [params, cbs, hypers] of each; "returned": whether each call returned the optimizer it made.

    Only "kind", the name of its class, where what it returns can't be called.
    """
    made: list[Any] = []

    class Optimizer:
        def __init__(self, params: Any, cbs: Any, **hypers: Any) -> None:
            self.seen = [entries(params), entries(cbs), hypers]
            made.append(self)

    opt_func = lookup(module, "q02_opt_func")(Optimizer, list(cbs), **hypers)
    if not callable(opt_func):
        return {"kind": kind(opt_func)}
    early = len(made)
    returned = [opt_func([f"p{k}"], lr=lr) for k, lr in enumerate(lrs)]
    itself = [r is m for r, m in zip(returned, made[early:], strict=False)]
    return {"early": early, "made": [m.seen for m in made[early:]], "returned": itself}


def zero_gradients(
    module: ModuleType, values: list[float], slopes: list[float | None]
) -> list[dict[str, Any]]:
    """What q04_zero_grad left of each parameter: its "value", its "grad" and whether that has a "history".

    slopes: that of each parameter in the loss, None for one that takes no part in it
    """
    params = [torch.tensor([v, -v], requires_grad=True) for v in values]
    for p, slope in zip(params, slopes, strict=True):
        if slope is not None:
            (p.grad,) = torch.autograd.grad((slope * p**2).sum(), p, create_graph=True)
    lookup(module, "q04_zero_grad")(params)
    return [
        {
            "value": p.detach(),
            "grad": None if p.grad is None else p.grad.detach(),
            "history": p.grad is not None and (p.grad.requires_grad or p.grad.grad_fn is not None),
        }
        for p in params
    ]


def drive(
    module: ModuleType, params: int, script: list[str], hypers: dict[str, float], steps: int
) -> dict[str, Any]:
    """q05_step with callbacks that keep a log, after each of several steps.

    script: names of callbacks: "count" returns {"step": how often}, "mark" {"mark": the step it saw}, "quiet" nothing
    "asked": for each call [parameter, name, the keywords it got], "states": the state of each parameter after each
    step, or the name of its class where it is no dict any more; that ends the steps.
    """
    ps = [torch.full((1,), float(k)) for k in range(params)]
    number = {id(p): k for k, p in enumerate(ps)}
    asked: list[Any] = []

    def callback(name: str) -> Any:
        def cb(p: Any, **keywords: Any) -> dict[str, Any] | None:
            asked.append([number.get(id(p), -1), name, dict(keywords)])
            seen = keywords.get("step", 0)
            return {"count": {"step": seen + 1}, "mark": {"mark": seen}}.get(name)

        return cb

    state: dict[Any, dict[str, Any]] = {p: {} for p in ps}
    cbs, states = [callback(name) for name in script], []
    for _ in range(steps):
        lookup(module, "q05_step")(ps, cbs, state, **hypers)
        states.append([dict(s) if isinstance(s := state.get(p), dict) else kind(s) for p in ps])
        if any(isinstance(s, str) for s in states[-1]):
            break
    return {"asked": asked, "states": states}


class _Added(torch.Tensor):
    """A tensor that tells += from add_, which are one and the same to torch. So do its views."""

    adding = False

    def __iadd__(self, other: Any) -> Any:
        _Added.adding = True
        try:
            return super().__iadd__(other)
        finally:
            _Added.adding = False


class _Watching(TorchFunctionMode):
    """Notes which of torch's functions and methods change a tensor, and which work in place by their name.

    changed: the names under which its values changed, in their order; "+=" for that, "" where torch had no part in it
    in_place: names that end in one _
    """

    def __init__(self, tensor: torch.Tensor) -> None:
        super().__init__()
        self.changed: list[str] = []
        self.in_place: list[str] = []
        self._tensor = tensor
        self._last = tensor.detach().clone()

    def look(self, name: str) -> None:
        """What changed since the last look goes under this name."""
        now = self._tensor.detach().clone()
        if now.shape != self._last.shape or not torch.equal(now, self._last):
            self.changed.append(name)
            self._last = now

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = "+=" if _Added.adding else getattr(func, "__name__", "")
        _Added.adding = False
        self.look("")
        if name.endswith("_") and not name.endswith("__"):
            self.in_place.append(name)
        result = func(*args, **(kwargs or {}))
        self.look(name)
        return result


def sgd_callback(
    module: ModuleType, p: list[float], grads: list[list[float]], lr: float, others: dict
) -> dict[str, Any]:
    """q06_sgd_cb on a parameter, once for each gradient: "values" after each."""
    parameter = torch.tensor(p, dtype=torch.float64, requires_grad=True)
    values = []
    for grad in grads:
        parameter.grad = torch.tensor(grad, dtype=torch.float64)
        with torch.no_grad():
            lookup(module, "q06_sgd_cb")(parameter, lr=lr, **others)
        values.append(parameter.detach().clone())
    return {"values": values}


def sgd_form(module: ModuleType, p: list[float], grad: list[float], lr: float) -> dict[str, list[str]]:
    """What q06_sgd_cb does to a parameter, and by what: "changed" and "in_place" of _Watching."""
    parameter = torch.tensor(p, dtype=torch.float64).as_subclass(_Added).requires_grad_()
    parameter.grad = torch.tensor(grad, dtype=torch.float64)
    watching = _Watching(parameter)
    with torch.no_grad(), watching:
        lookup(module, "q06_sgd_cb")(parameter, lr=lr)
    watching.look("")
    return {"changed": watching.changed, "in_place": watching.in_place}


def train_batch(module: ModuleType) -> list[str]:
    """The log of what q19_train_batch asks of its stand-ins, with what it hands them."""
    log: list[str] = []

    class Loss:
        def backward(self) -> None:
            log.append("backward")

    class Optimizer:
        def step(self) -> None:
            log.append("step")

        def zero_grad(self, set_to_none: bool = True) -> None:
            log.append("zero_grad")

    def model(*args: Any) -> str:
        log.append(f"model({', '.join(map(str, args))})")
        return "pred"

    def loss_func(*args: Any) -> Loss:
        log.append(f"loss_func({', '.join(map(str, args))})")
        return Loss()

    lookup(module, "q19_train_batch")(model, loss_func, Optimizer(), "xb", "yb")
    return log
