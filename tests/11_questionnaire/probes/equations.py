"""Equations of one step, walked for several."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup

MOST_STEPS = 2000


def _tensor(value: Any) -> Any:
    """A copy of the value as a float64 tensor, where it is a tensor, an array or a number; else its class's name."""
    try:
        return torch.as_tensor(value, dtype=torch.float64).detach().clone()
    except Exception:  # whatever torch says of it: it is none
        return type(value).__name__


def walk(
    module: ModuleType,
    function: str,
    state: list[torch.Tensor],
    grads: list[torch.Tensor],
    hypers: dict[str, float],
    counted: bool = False,
) -> list[Any]:
    """What the equation makes of state = [p, averages...] step by step, each from what the step before returned.

    counted: whether the number of the step goes in after the averages
    An entry is the list of what came back, as tensors, or the class's name of what is none; or the class's name of
    the whole where several were due. It ends after a step that can't be gone on from.
    """
    equation, steps = lookup(module, function), []
    for i, grad in enumerate(grads):
        p, *averages = [t.clone() for t in state]
        result = equation(p, grad.clone(), *averages, *([i] if counted else []), **hypers)
        if averages and not isinstance(result, (tuple, list)):
            return [*steps, type(result).__name__]
        state = [_tensor(r) for r in (result if averages else [result])]
        steps.append(state)
        if any(isinstance(t, str) for t in state) or len(state) != 1 + len(averages):
            break
    return steps


def race(
    module: ModuleType, start: float, lr: float, betas: list[float], eps: float, goal: float
) -> dict[str, Any]:
    """Steps that the module's own equations take from start to below goal on x²/2; MOST_STEPS where they don't, and
    the class's name of what an equation returned where that can't be gone on from."""

    def steps(equation: Any, averages: int) -> Any:
        state = [torch.tensor([start], dtype=torch.float64)]
        state += [torch.zeros(1, dtype=torch.float64) for _ in range(averages)]
        for i in range(MOST_STEPS):
            result = equation(*[t.clone() for t in state], i)
            if averages and not (isinstance(result, (tuple, list)) and len(result) == len(state)):
                return type(result).__name__
            state = [_tensor(r) for r in (result if averages else [result])]
            strange = [t if isinstance(t, str) else "Tensor" for t in state]
            if any(isinstance(t, str) or t.numel() != 1 for t in state):
                return strange[0]
            if abs(float(state[0])) < goal:
                return i + 1
        return MOST_STEPS

    sgd, momentum = lookup(module, "q01_sgd_step"), lookup(module, "q07_momentum")
    adam = lookup(module, "q14_adam")
    return {
        "sgd": steps(lambda x, i: sgd(x, x.clone(), lr), 0),
        "momentum": steps(lambda x, avg, i: momentum(x, x.clone(), avg, lr, betas[0]), 1),
        "adam": steps(lambda x, avg, sqr, i: adam(x, x.clone(), avg, sqr, i, lr, *betas, eps), 2),
    }


def seeded_stds(module: ModuleType, seed: int, n: int, depth: int, scale: float) -> Any:
    """What l05_stds(n, depth, scale) returns right after torch.manual_seed(seed)."""
    torch.manual_seed(seed)
    return lookup(module, "l05_stds")(n, depth, scale)
