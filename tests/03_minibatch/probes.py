"""Probes of unit 03: they assemble modules, step optimizers and run fit among stand-ins, and report what they saw.

Parts of a module cross as descriptions, [kind, ...], and are told apart afterwards by their number: "layer 2",
"layer 2's weight". What the submission yields may never end: it is cut off after CAP things.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Iterator
from itertools import islice
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.errors import ForbiddenCall, NotImplementedYet
from grader.box.standins import Loader, Loss, Model, Optimizer, Trace

CAP = 400


def _get(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise NotImplementedYet(f"{name} is not defined")
    return getattr(module, name)


def _listed(what: str, values: Any) -> list[Any]:
    """The first values of an iterable; TypeError, in words, for what is none."""
    if not hasattr(values, "__iter__"):
        raise TypeError(f"{what} gave {values!r:.80}, which is not iterable")
    return list(islice(iter(values), CAP))


# --- DummyModule -----------------------------------------------------------------------------------------------


def _dummy_module(module: ModuleType) -> Any:
    """The class, once it is clear that torch's own does no work in it."""
    cls = _get(module, "DummyModule")
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


def assemble(module: ModuleType, parts: list[list[Any]], *scripts: list[list[Any]]) -> list[list[Any]]:
    """For each script, made into an object of a class derived from DummyModule, what its looks saw, in order.

    parts:  [kind, ...] of each layer: "linear", "relu", "empty" (a container without layers), "twin" (equal to other
            twins), "own" (not of torch.nn), ["tied", k] (has the weight of layer k), "nested" (a DummyModule)
    script: ["set", name, k] assigns layer k, ["plain", name, value], ["del", name], ["set in", i, name, k] assigns
            to the nested layer i, ["look"]. What is before the first look happens in __init__
    A look: "children": [[name, layer]], "parameters": ["layer 0's weight", …], "repr",
            "attributes": [[name, layer or value]] of all names that the script mentions and the object has.
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
                looks.append(_look(net, list(names), called))
            else:
                act(net, *entry)
        for value in getattr(net, "__dict__", {}).values():
            if isinstance(value, nn.Module) and id(value) not in label:
                raise ForbiddenCall(f"DummyModule keeps a {type(value).__name__} of torch.nn in itself")
        seen.append(looks)
    return seen


def _look(net: Any, names: list[str], called: Callable[[Any], Any]) -> dict[str, Any]:
    pairs = _listed("named_children()", net.named_children())
    return {
        "children": [
            [str(p[0]), called(p[1])] if isinstance(p, (tuple, list)) and len(p) == 2 else called(p)
            for p in pairs
        ],
        "parameters": [called(p) for p in _listed("parameters()", net.parameters())],
        "repr": repr(net),
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


# --- SequentialModel -------------------------------------------------------------------------------------------


class Noted(nn.Module):
    """x · factor + summand, noting each call in `calls`, with the layer's number."""

    def __init__(self, factor: float, summand: float) -> None:
        super().__init__()
        self.factor, self.summand = factor, summand

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factor + self.summand


def _layer(kind: str, *options: Any) -> nn.Module:
    """["linear", weight, bias or None], ["batchnorm", n], ["affine", factor, summand], ["relu"], ["tanh"]."""
    if kind == "linear":
        weight, bias = options
        layer = nn.Linear(*reversed(weight.shape), bias=bias is not None, dtype=weight.dtype)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if bias is not None:
                layer.bias.copy_(bias)
        return layer
    kinds: dict[str, Any] = {"batchnorm": nn.BatchNorm1d, "affine": Noted, "relu": nn.ReLU, "tanh": nn.Tanh}
    return kinds[kind](*options)


def _sequential(module: ModuleType, layers: list[nn.Module], given: str = "list") -> Any:
    """The model, made of the layers in another container; it is an nn.Module, but no nn.Sequential."""
    cls = _get(module, "SequentialModel")
    if nn.Sequential in getattr(cls, "__mro__", ()):
        raise ForbiddenCall("SequentialModel is derived from torch.nn.Sequential: write it yourself")
    containers: dict[str, Callable[[list[nn.Module]], Any]] = {
        "list": list,
        "tuple": tuple,
        "generator": lambda items: (item for item in items),
        "ModuleList": nn.ModuleList,
    }
    return cls(containers[given](layers))


def call_in_order(
    module: ModuleType,
    layers: list[list[Any]],
    orders: list[list[int]],
    x: torch.Tensor,
    *,
    given: str = "list",
    afterwards: str = "",
) -> list[dict[str, Any]]:
    """For models that are made of the layers in those orders: "called" (numbers of the layers), and "out".

    All models are made first, then called one after the other, twice; the second time is reported.
    afterwards: "clear" or "extend": what the caller does with the list after a model was made of it
    """
    pool = [_layer(*layer) for layer in layers]
    calls: list[int] = []
    for k, layer in enumerate(pool):
        layer.register_forward_hook(lambda *_, k=k: calls.append(k))
    models = []
    for order in orders:
        items = [pool[k] for k in order]
        models.append(_sequential(module, items, given) if not afterwards else _made_of(module, items))
        if afterwards == "clear":
            items.clear()
        elif afterwards == "extend":
            items.append(_layer("affine", 1.0, 1000.0))
    reports = []
    for model in models:
        for _ in range(2):
            calls.clear()
            out = model(x.clone())
        reports.append({"called": calls[:CAP], "out": out})
    return reports


def _made_of(module: ModuleType, items: list[nn.Module]) -> Any:
    _sequential(module, [])
    return _get(module, "SequentialModel")(items)


def backpropagate(
    module: ModuleType, layers: list[list[Any]], x: torch.Tensor, upstream: torch.Tensor
) -> dict[str, Any]:
    """The model's "out", and gradients of sum(upstream · out): "x", and "parameters", the layers' in their order."""
    pool = [_layer(*layer) for layer in layers]
    model = _sequential(module, pool)
    x = x.detach().clone().requires_grad_()
    out = model(x)
    if isinstance(out, torch.Tensor) and out.requires_grad:
        out.backward(upstream)
    gradients = [p.grad for layer in pool for p in layer.parameters()]
    return {"out": out, "x": x.grad, "parameters": gradients}


def reach(module: ModuleType, layers: list[list[Any]], order: list[int]) -> dict[str, Any]:
    """What torch finds in a model of these layers.

    "is_module"; "parameters": of model.parameters(), as "layer 0's weight"; "state": the layers' tensors that are in
    state_dict(), in its order; "eval", "train": numbers of the layers that follow the model into this mode;
    "double": dtypes of all the layers' floating tensors after model.to(float64)
    """
    pool = [_layer(*layer) for layer in layers]
    model = _sequential(module, [pool[k] for k in order])
    if not isinstance(model, nn.Module):
        return {"is_module": False}
    tensors = [
        (k, *found) for k, layer in enumerate(pool) for found in layer.state_dict(keep_vars=True).items()
    ]
    names = {id(tensor): f"layer {k}'s {name}" for k, name, tensor in tensors}
    report: dict[str, Any] = {
        "is_module": True,
        "parameters": [names.get(id(p), "an unknown parameter") for p in model.parameters()],
        "state": [
            names[id(tensor)] for tensor in model.state_dict(keep_vars=True).values() if id(tensor) in names
        ],
    }
    model.eval()
    report["eval"] = [k for k, layer in enumerate(pool) if not layer.training]
    model.train()
    report["train"] = [k for k, layer in enumerate(pool) if layer.training]
    model.to(torch.float64)
    report["double"] = [
        [f"layer {k}'s {name}", tensor.dtype]
        for k, layer in enumerate(pool)
        for name, tensor in layer.state_dict().items()
        if tensor.is_floating_point()
    ]
    return report


# --- Optimizer -------------------------------------------------------------------------------------------------


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
            ["step", number of the optimizer]; ["zero_grad", number of the optimizer]
    "values", "grads": of each parameter, after each event. "grad_enabled": after each event.
    "in_place": for each parameter, whether it is still a leaf that requires grad, without history, in its old memory.
    """
    cls = _get(module, "Optimizer")
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


# --- fit -------------------------------------------------------------------------------------------------------


def _fit(module: ModuleType, *args: Any, accumulate: int | None = None) -> Any:
    """The result of fit, a pair as a list. Without `accumulate` in its signature the stretch part is not written."""
    fit = _get(module, "fit")
    if accumulate is None:
        result = fit(*args)
    else:
        takes = inspect.signature(fit).parameters.values()
        if not any(p.name == "accumulate" or p.kind is p.VAR_KEYWORD for p in takes):
            raise NotImplementedYet("fit takes no accumulate")
        result = fit(*args, accumulate=accumulate)
    return list(result) if isinstance(result, (tuple, list)) else result


class Batches(Loader):
    """The stand-in loader, with int64 targets of shape (n,), as accuracy wants them."""

    def __init__(self, trace: Trace, sizes: list[int], *, first: int = 0) -> None:
        super().__init__(trace, sizes, first=first)
        self.batches = [(x, y.flatten().long()) for x, y in self.batches]


class Unsized:
    """Batches that can be iterated, and nothing else."""

    def __init__(self, batches: Loader) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batches)


def story_of_fit(
    module: ModuleType, epochs: int, train: list[int], valid: list[int], *, accumulate: int | None = None
) -> dict[str, Any]:
    """The "trace" of a fit among the stand-ins of grader.box.standins, on batches of these sizes.

    Training batch k has x = 2^k, the validation batches are numbered on. The model is in eval mode before the fit.
    "grad_enabled": whether gradients are on afterwards, as they were before
    """
    trace = Trace()
    model = Model(trace)
    opt = Optimizer(trace, model)
    train_dl, valid_dl = Batches(trace, train), Batches(trace, valid, first=len(train))
    model.eval()
    trace.entries.clear()
    _fit(module, epochs, model, Loss(trace), opt, train_dl, valid_dl, accumulate=accumulate)
    return {"trace": trace.entries[:CAP], "grad_enabled": torch.is_grad_enabled()}


class BreakingTrace(Trace):
    """Raises the error at the n-th (from 0) entry of the kind `what`."""

    def __init__(self, what: str, nth: int, error: Exception) -> None:
        super().__init__()
        self._left, self._what, self._error = nth, what, error

    def note(self, what: str, **details: Any) -> None:
        super().note(what, **details)
        if what == self._what:
            self._left -= 1
            if self._left == -1:
                raise self._error


def break_fit(
    module: ModuleType, epochs: int, train: list[int], valid: list[int], what: str, nth: int, error: str
) -> None:
    """A fit as in story_of_fit, in which the n-th draw, forward, loss or step raises the built-in error called so."""
    trace = BreakingTrace(what, nth, getattr(builtins, error)("on purpose"))
    model = Model(trace)
    opt = Optimizer(trace, model)
    train_dl, valid_dl = Batches(trace, train), Batches(trace, valid, first=len(train))
    _fit(module, epochs, model, Loss(trace), opt, train_dl, valid_dl)


class Doubles(nn.Module):
    """2x in training, x in eval mode: what dropout is like, without chance."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * x if self.training else x


class Net(nn.Module):
    """Logits x · w + (0, 0.05, 0.1, …), float64, the last term to leave no ties; `middle` is applied to x."""

    def __init__(self, w: torch.Tensor, middle: str) -> None:
        super().__init__()
        self.w = nn.Parameter(w.clone())
        layers = {"doubles": Doubles, "batchnorm": lambda: nn.BatchNorm1d(len(w), dtype=w.dtype)}
        self.middle = nn.Sequential(layers.get(middle, nn.Identity)())
        self.register_buffer("offset", torch.arange(w.shape[1], dtype=w.dtype) / 20)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.middle(x) @ self.w + self.offset


class Descent:
    """Gradient descent on the net's w alone. Each step appends w to `path`."""

    def __init__(self, net: Net, lr: float) -> None:
        self._net, self._lr = net, lr
        self.path: list[torch.Tensor] = []

    def step(self) -> None:
        with torch.no_grad():
            if self._net.w.grad is not None:
                self._net.w -= self._lr * self._net.w.grad
        self.path.append(self._net.w.detach().clone())

    def zero_grad(self) -> None:
        for parameter in self._net.parameters():
            parameter.grad = None


class Passes:
    """Batches [x, y] that differ from pass to pass; the last pass's are those of all later ones."""

    def __init__(self, passes: list[list[list[torch.Tensor]]], begun_with: Passes | None = None) -> None:
        self._passes = passes
        self._begun_with = begun_with or self
        self.begun = 0

    def _batches(self) -> list[list[torch.Tensor]]:
        return self._passes[min(max(self._begun_with.begun, 1), len(self._passes)) - 1]

    def __len__(self) -> int:
        return len(self._batches())

    def __iter__(self) -> Iterator[tuple[torch.Tensor, ...]]:
        self.begun += 1
        return iter([tuple(batch) for batch in self._batches()])


def _squared(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (pred - y[:, None]).square().mean()


LOSSES = {"cross_entropy": nn.functional.cross_entropy, "squared": _squared}


def train(
    module: ModuleType,
    w: torch.Tensor,
    fits: list[dict[str, Any]],
    *,
    lr: float,
    loss: str = "cross_entropy",
    middle: str = "",
    batches: str = "sized",
    accumulate: int | None = None,
) -> dict[str, Any]:
    """One model and one optimizer through some fits: {"epochs", "train", "valid": a list of batches [x, y] a pass}.

    w: (D, C) float64. middle: "doubles", "batchnorm" or nothing. batches: "sized"; "unsized", for loaders that can
    only be iterated; "lists", for a list of lists in place of each loader
    "results": of the fits; "path": w after each step; "w": in the end; "buffers": of the layer in the middle
    """
    net = Net(w, middle)
    opt = Descent(net, lr)
    results = []
    for f in fits:
        loaders: list[Any] = [Passes(f["train"])]
        loaders.append(Passes(f["valid"], loaders[0]))
        if batches == "unsized":
            loaders = [Unsized(loader) for loader in loaders]
        elif batches == "lists":
            loaders = [[list(batch) for batch in f[half][0]] for half in ("train", "valid")]
        results.append(_fit(module, f["epochs"], net, LOSSES[loss], opt, *loaders, accumulate=accumulate))
    buffers = {name: tensor.clone() for name, tensor in net.middle[0].named_buffers()}
    return {"results": results, "path": opt.path[:CAP], "w": net.w.detach().clone(), "buffers": buffers}
