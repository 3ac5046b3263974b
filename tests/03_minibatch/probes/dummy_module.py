"""DummyModule: what an object of a class derived from it has and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.endings import ForbiddenCall

from .common import CAP


def _listed(what: str, values: Any) -> list[Any]:
    """The first values of an iterable; TypeError, in words, for what is none."""
    if not hasattr(values, "__iter__"):
        raise TypeError(f"{what} gave {values!r:.80}, which is not iterable")
    return list(islice(iter(values), CAP))


def _dummy_module(module: ModuleType) -> Any:
    """The class, once it is clear that torch's own does no work in it."""
    cls = lookup(module, "DummyModule")
    for base in getattr(cls, "__mro__", ()):
        if base is nn.Module:
            raise ForbiddenCall("DummyModule is derived from torch.nn.Module: write it in plain Python")
        for name, value in vars(base).items():
            if isinstance(value, FunctionType) and value.__module__.startswith("torch.nn."):
                raise ForbiddenCall(f"DummyModule.{name} is torch's own: write it in plain Python")
    return cls


class Own:
    """A layer that has parameters(), but nothing of torch.nn.Module."""

    def __init__(self) -> None:
        self._parameter = nn.Parameter(torch.zeros(3))

    def named_parameters(self) -> list[tuple[str, nn.Parameter]]:
        return [("parameter", self._parameter)]

    def parameters(self) -> Iterator[nn.Parameter]:
        return iter([self._parameter])

    def __repr__(self) -> str:
        return "Own()"  # and no address, which would be another in each run


class Watched(nn.Linear):
    """A layer that calls `seen` when its first parameter is asked for."""

    seen: Callable[[], None]

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        self.seen()
        yield from super().parameters(recurse)


def _part(kind: str, number: int, parts: list[Any], base: Any, options: list[Any]) -> Any:
    if kind == "linear":
        return nn.Linear(number + 1, 1)
    if kind == "twin":  # all twins are equal
        layer = nn.Linear(2, 2, bias=False)
        nn.init.zeros_(layer.weight)
        return layer
    if kind == "tied":
        layer = nn.Linear(1, 1)
        layer.weight = parts[options[0]].weight
        return layer
    if kind == "nested":
        return base()
    return {"relu": nn.ReLU, "empty": nn.Sequential, "own": Own}[kind]()


def assemble(
    module: ModuleType, parts: list[list[Any]], *scripts: list[list[Any]], also: str = ""
) -> list[list[Any]]:
    """For each script, made into an object of a class derived from DummyModule, what its looks saw, in order.

    parts:  [kind, ...] of each layer: "linear", "relu", "empty" (a container without layers), "twin" (equal to other
            twins), "own" (not of torch.nn), ["tied", k] (has the weight of layer k), "nested" (a DummyModule)
    script: ["set", name, k] assigns layer k, ["plain", name, value], ["del", name], ["set in", i, name, k] assigns
            to the nested layer i, ["look"]. What is before the first look happens in __init__
    A look: "parameters": ["layer 0's weight", …], "attributes": [[name, layer or value]] of all names that the script
            mentions and the object has, and what `also` names: "children": [[name, layer]], or "repr".
    All objects are made before any but the first of them has gone beyond its __init__.
    """
    base = _dummy_module(module)
    pool: list[Any] = []
    for number, (kind, *options) in enumerate(parts):
        pool.append(_part(kind, number, pool, base, options))
    label = {id(part): f"layer {k}" for k, part in enumerate(pool)}
    for k, part in reversed(list(enumerate(pool))):
        if isinstance(part, (nn.Module, Own)):
            label.update({id(p): f"layer {k}'s {name}" for name, p in part.named_parameters()})

    def called(value: Any) -> Any:
        plain = isinstance(value, (int, float, str, list, tuple, dict, torch.Tensor)) or value is None
        return label.get(id(value), value if plain else f"an object of class {type(value).__name__}")

    def act(net: Any, what: str, *rest: Any) -> None:
        if what == "del":
            delattr(net, rest[0])
        elif what == "set in":
            setattr(pool[rest[0]], rest[1], pool[rest[2]])
        else:
            setattr(net, rest[0], pool[rest[1]] if what == "set" else rest[1])

    class Net(base):
        def __init__(self, first: list[list[Any]]) -> None:
            super().__init__()
            for entry in first:
                act(self, *entry)

    begins = [next((i for i, e in enumerate(s) if e[0] == "look"), len(s)) for s in scripts]
    nets = [Net(script[:begin]) for script, begin in zip(scripts, begins, strict=True)]
    seen = []
    for net, script, begin in zip(nets, scripts, begins, strict=True):
        names = dict.fromkeys(e[1] for e in script if e[0] in ("set", "plain"))
        looks = []
        for entry in script[begin:]:
            if entry[0] == "look":
                looks.append(_look(net, list(names), called, also))
            else:
                act(net, *entry)
        for value in getattr(net, "__dict__", {}).values():
            if isinstance(value, nn.Module) and id(value) not in label:
                raise ForbiddenCall(f"DummyModule keeps a {type(value).__name__} of torch.nn in itself")
        seen.append(looks)
    return seen


def _look(net: Any, names: list[str], called: Callable[[Any], Any], also: str) -> dict[str, Any]:
    pairs = _listed("named_children()", net.named_children()) if also == "children" else []
    return {
        "children": [
            [str(p[0]), called(p[1])] if isinstance(p, (tuple, list)) and len(p) == 2 else called(p)
            for p in pairs
        ],
        "parameters": [called(p) for p in _listed("parameters()", net.parameters())],
        "repr": repr(net) if also == "repr" else "",
        "attributes": [[name, called(getattr(net, name))] for name in names if hasattr(net, name)],
    }


def ask_slowly(module: ModuleType, layers: int, taken: int) -> list[list[int]]:
    """The numbers of the layers that were asked for parameters: [when parameters() had returned, after `taken`].

    Each of the layers has two parameters. The asking is repeated on the same object, and its second time reported.
    """
    base = _dummy_module(module)
    asked: list[int] = []
    net = base()
    for k in range(layers):
        layer = Watched(1, 1)
        layer.seen = lambda k=k: asked.append(k)
        setattr(net, f"layer{k}", layer)
    reports: list[list[int]] = []
    for _ in range(2):
        asked.clear()
        parameters = net.parameters()
        reports = [list(asked)]
        list(islice(iter(parameters), taken))
        reports.append(list(asked))
    return reports
