"""What the tests of training drive: a function that trains, on data that are given to it, and what it did with them."""

import contextlib
import math
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as hooks
from torch.overrides import TorchFunctionMode

from grader.box.names import lookup

_CHUNK = 512  # images that go through a model at a time
_MOST_LOGGED = 20_000  # numbers of one name: a longer log is cut off


class _Counter(TorchFunctionMode):
    """Counts the items that are trained on: those that meet a parameter while autograd is at work.

    What comes out of that requires grad, so that an item counts once, however many layers are to follow. It does not
    matter whether a module is at work or a formula.
    """

    def __init__(self) -> None:
        self.items = 0
        self.autocast = False  # whether some of them were met under it

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        items, autocast = 0, False
        given = (*args, *(kwargs or {}).values())
        if torch.is_grad_enabled() and len(given) > 1:
            with torch._C.DisableTorchFunction():  # looking at a tensor is an operation, too, for other modes
                items, autocast = self._met(given)
        result = func(*args, **(kwargs or {}))
        # of a parameter that is given other data, as when a model moves to a GPU, nothing comes
        if items and isinstance(result, (torch.Tensor, tuple)):
            self.items += items
            self.autocast |= autocast
        return result

    def _met(self, args: Any) -> tuple[int, bool]:
        """How many items meet a parameter among these arguments, and whether under autocast."""
        rows, met = 0, False
        for arg in args:
            if isinstance(arg, torch.Tensor):
                if arg.requires_grad:
                    met |= arg.is_leaf
                elif not rows and arg.dim() > 1:
                    rows = len(arg)
                    device = arg.device.type
        return (rows, torch.is_autocast_enabled(device)) if met and rows else (0, False)


class _Watch:
    """Follows the modules that are trained: how good they are now and then, and how far each logged step moved them."""

    def __init__(self, x_valid: torch.Tensor, every: int) -> None:
        self.counter = _Counter()
        self.looks: list[list[Any]] = []  # [number of the model, items so far, predictions]
        self.starts: dict[int, list[torch.Tensor]] = {}  # id of a model → its parameters at its first call
        self.calls: dict[int, int] = {}  # id of a model → how many times it was called in training
        self.steps: dict[
            int, list[Any]
        ] = {}  # id of a model → [its weights, their gradients] of its first steps
        self.fresh = 0  # how many of these calls were to a model with the weights of the very first one
        self.moves: list[float] = []  # from one log to the next, the length of the way that the weights went
        self._x_valid, self._every = x_valid, every
        self._model: nn.Module | None = None
        self._looked_at = 0
        self._before: list[torch.Tensor] = []
        self._depth = 0
        self._hooks: list[Any] = []

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        handles = [
            hooks.register_module_forward_pre_hook(self._enter),
            hooks.register_module_forward_hook(self._leave, always_call=True),
        ]
        try:
            with self.counter:
                yield
        finally:
            for handle in [*handles, *self._hooks]:
                handle.remove()

    def note_move(self) -> None:
        """Called at each log."""
        if self._model is None:
            return
        now = [p.detach().clone() for p in self._model.parameters()]
        if [p.shape for p in now] == [p.shape for p in self._before]:
            way = sum(float(((p - q) ** 2).sum()) for p, q in zip(now, self._before, strict=True))
            self.moves.append(math.sqrt(way))
        self._before = now

    def _enter(self, module: nn.Module, inputs: Any) -> None:
        self._depth += 1
        if self._depth == 1 and torch.is_grad_enabled() and next(module.parameters(), None) is not None:
            self._model = module
            self.calls[id(module)] = self.calls.get(id(module), 0) + 1
            if id(module) not in self.starts:
                self.starts[id(module)] = [p.detach().clone() for p in module.parameters()]
            self._note_step(module)
            self.fresh += self._is_fresh(module)
            if self._every and self.counter.items - self._looked_at >= self._every:
                self._looked_at = self.counter.items
                self._look(module)

    def _note_step(self, module: nn.Module) -> None:
        """Note the parameters at each of the first three calls, and the gradients that came after the first two."""
        params = list(module.parameters())
        if id(module) not in self.steps:
            self.steps[id(module)] = [[], []]
            for i, p in enumerate(params):
                if p.requires_grad:
                    self._hooks.append(p.register_hook(self._noting(id(module), i)))
        weights, gradients = self.steps[id(module)]
        if len(weights) < 3:
            weights.append([p.detach().clone() for p in params])
            gradients.append([torch.zeros_like(p) for p in weights[-1]])

    def _noting(self, model: int, i: int) -> Any:
        def note(gradient: torch.Tensor) -> None:
            if self.calls[model] < 3 and i < len(self.steps[model][1][-1]):
                self.steps[model][1][-1][i] += gradient

        return note

    def _is_fresh(self, module: nn.Module) -> bool:
        first, now = next(iter(self.starts.values())), list(module.parameters())
        return [p.shape for p in now] == [p.shape for p in first] and all(map(torch.equal, now, first))

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._depth -= 1

    def _look(self, model: nn.Module) -> None:
        try:
            found = predict(model, self._x_valid)["predictions"]
        except Exception:  # a layer that is called by itself takes no images: there is no curve then
            return
        if found is not None:
            self.looks.append([id(model), self.counter.items, found])


def predict(model: nn.Module, x: torch.Tensor) -> dict[str, Any]:
    """What the model makes of the images: predicted classes (n,) int64 on the CPU, or why there are none."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            out = [model(chunk) for chunk in x.split(_CHUNK)]
        bend = _bend(model, x[:_CHUNK]) if all(isinstance(o, torch.Tensor) for o in out) else None
    finally:
        for m, training in modes:
            m.training = training
    shapes = [list(o.shape) if isinstance(o, torch.Tensor) else type(o).__name__ for o in out]
    if any(isinstance(s, str) or len(s) != 2 for s in shapes):
        return {"predictions": None, "shape": shapes[0]}
    scores = torch.cat(out).float().cpu()
    return {
        "predictions": scores.argmax(1),
        "shape": list(scores.shape),
        "finite": bool(scores.isfinite().all()),
        "bend": bend,
    }


def _bend(model: nn.Module, x: torch.Tensor) -> float:
    """How far the model's answer half way between two images is from half way between its answers, relatively."""
    other = x.roll(1, 0)
    with torch.no_grad():
        a, b, between = model(x), model(other), model((x + other) / 2)
    return float((between - (a + b) / 2).norm() / (a - b).norm())


def train(
    module: ModuleType,
    function: str,
    data: dict[str, Any],
    seed: int,
    device: str,
    looks: int = 0,
    parameters: bool = False,
    drawn_before: int = 0,
) -> dict[str, Any]:
    """Call a function that trains. The models are named by their keys, a single one "".

    data: x_train, y_train, x_valid, classes, budget. looks: how many times models are looked at on the way.
    drawn_before: how many random numbers are drawn before the call.
    Returns {"models": {name: what predict says, "shapes" of all its state, and if asked for its "parameters", those
    at its first call in training (None if there was none) as "start", "state", and "steps": its parameters at the first
    three calls, and the gradients that came after each}, "items", "autocast", "moves": how
    far the weights went from one log to the next, "batches": how many times models were called in training, "fresh":
    how many times one with the weights of the first call, "log": {name: numbers}, "graphs": names of logged numbers
    that held a graph, "looks": [[model's name, items, predictions]], "changed": names of data that are not as they
    were given}.
    """
    called = lookup(module, function)
    given = {k: v.to(device) if isinstance(v, torch.Tensor) else v for k, v in data.items()}
    copies = {k: v.clone() for k, v in given.items() if isinstance(v, torch.Tensor)}
    log: dict[str, list[float]] = {}
    graphs: set[str] = set()
    torch.rand(drawn_before)
    every = math.ceil(given["budget"] / looks) if looks else 0
    watch = _Watch(given["x_valid"], every)
    with watch.watching():
        note = _logger(log, graphs, watch)
        handed = SimpleNamespace(**given, log=note)
        result = called(handed, seed, device)
    models = result if isinstance(result, dict) else {"": result}
    found = {}
    names = {}
    for name, model in list(models.items())[:10]:
        if not isinstance(model, nn.Module):
            found[str(name)] = {"kind": type(model).__name__}
            continue
        names[id(model)] = str(name)
        found[str(name)] = {"kind": "nn.Module", **predict(model, given["x_valid"])}
        found[str(name)]["shapes"] = [list(v.shape) for v in model.state_dict().values()]
        if parameters:
            found[str(name)]["parameters"] = [p.detach().cpu() for p in model.parameters()]
            found[str(name)]["start"] = watch.starts.get(id(model))
            found[str(name)]["state"] = [v.detach().cpu() for v in model.state_dict().values()]
            found[str(name)]["steps"] = [
                [[t.cpu() for t in at] for at in side] for side in watch.steps.get(id(model), ())
            ]
    return {
        "models": found,
        "items": watch.counter.items,
        "autocast": watch.counter.autocast,
        "moves": watch.moves,
        "batches": sum(watch.calls.values()),
        "fresh": watch.fresh,
        "log": log,
        "graphs": sorted(graphs),
        "looks": [[names[model], items, seen] for model, items, seen in watch.looks if model in names],
        "changed": [
            k
            for k, v in copies.items()
            if getattr(handed, k, None) is not given[k] or not torch.equal(v, given[k])
        ],
    }


def _logger(log: dict[str, list[float]], graphs: set[str], watch: _Watch) -> Any:
    def note(**numbers: Any) -> None:
        watch.note_move()
        for name, number in numbers.items():
            values = log.setdefault(name[:20], []) if len(log) < 10 or name[:20] in log else []
            if len(values) < _MOST_LOGGED:
                values.append(float(number))
            if isinstance(number, torch.Tensor) and number.requires_grad:
                graphs.add(name[:20])

    return note
