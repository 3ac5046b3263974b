"""Optimizer, stepped by scripts."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup


def optimize(
    module: ModuleType,
    starts: list[torch.Tensor],
    optimizers: list[dict[str, Any]],
    events: list[list[Any]],
) -> dict[str, Any]:
    """Drive optimizers, all made beforehand, through events; starts: the parameters' first values.

    optimizers: {"of": numbers of its parameters, "lr": None for the default, "given": "list", "tuple", "generator" or
                "emptied" (a list that the caller empties afterwards), "positional": whether lr is passed so}
    events: ["backward", [c, …]]: backward of the sum of c · p over all parameters p whose c is not None;
            ["step", number of the optimizer]; ["zero_grad", number of the optimizer]; ["freeze", number of a parameter]
    "values", "grads": of each parameter, after each event. "grad_enabled": after each event.
    "in_place": for each parameter, whether it is still a leaf that requires grad, without history, in its old memory.
    """
    cls = lookup(module, "Optimizer")
    parameters = [nn.Parameter(start) for start in starts]  # no clone: it would lose the layout
    places = [p.detach() for p in parameters]
    made = []
    for about in optimizers:
        mine = [parameters[k] for k in about["of"]]
        given: Any = {"tuple": tuple(mine), "generator": (p for p in mine)}.get(about["given"], mine)
        if about["lr"] is None:
            made.append(cls(given))
        else:
            made.append(cls(given, about["lr"]) if about["positional"] else cls(given, lr=about["lr"]))
        if about["given"] == "emptied":
            mine.clear()
    report: dict[str, Any] = {"values": [], "grads": [], "grad_enabled": []}
    for what, detail in events:
        if what == "backward":
            terms = [(c * p).sum() for c, p in zip(detail, parameters, strict=True) if c is not None]
            if terms:
                torch.stack([t.double() for t in terms]).sum().backward()
        elif what == "freeze":
            parameters[detail].requires_grad_(False)
        elif what == "step":
            made[detail].step()
        else:
            made[detail].zero_grad()
        report["values"].append([p.detach().clone() for p in parameters])
        report["grads"].append([None if p.grad is None else p.grad.detach().clone() for p in parameters])
        report["grad_enabled"].append(torch.is_grad_enabled())
        torch.set_grad_enabled(True)
    report["in_place"] = [
        {
            "leaf": p.is_leaf and p.grad_fn is None,
            "requires_grad": p.requires_grad,
            "memory": p.data_ptr() == place.data_ptr() and torch.equal(p.detach(), place),
        }
        for p, place in zip(parameters, places, strict=True)
    ]
    return report
