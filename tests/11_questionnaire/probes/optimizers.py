"""Stand-ins around the optimizer: parameters, callbacks that keep a log, a model that does nothing."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch

from .common import named


def make_optimizers(
    module: ModuleType, cbs: list[str], hypers: dict[str, float], lrs: list[float]
) -> dict[str, Any]:
    """What q02_opt_func returns, called once for each lr: "early": how many optimizers it made before it was called;
    "made": [params, cbs, hypers] of each; "returned": whether each call returned the optimizer it made."""
    made: list[Any] = []

    class Optimizer:
        def __init__(self, params: Any, cbs: Any, **hypers: Any) -> None:
            self.seen = [list(params), list(cbs), hypers]
            made.append(self)

    opt_func = named(module, "q02_opt_func")(Optimizer, list(cbs), **hypers)
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
    named(module, "q04_zero_grad")(params)
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
    "asked": for each call [parameter, name, the keywords it got], "states": the states after each step.
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
        named(module, "q05_step")(ps, cbs, state, **hypers)
        states.append([dict(state[p]) for p in ps])
    return {"asked": asked, "states": states}


def sgd_callback(
    module: ModuleType, p: list[float], grads: list[list[float]], lr: float, others: dict
) -> dict[str, Any]:
    """q06_sgd_cb on a parameter, once for each gradient: "values" after each, "grad" afterwards."""
    parameter = torch.tensor(p, dtype=torch.float64, requires_grad=True)
    values = []
    for grad in grads:
        parameter.grad = torch.tensor(grad, dtype=torch.float64)
        with torch.no_grad():
            named(module, "q06_sgd_cb")(parameter, lr=lr, **others)
        values.append(parameter.detach().clone())
    return {"values": values, "grad": parameter.grad}


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

    named(module, "q19_train_batch")(model, loss_func, Optimizer(), "xb", "yb")
    return log
