"""fit: among stand-ins that note what happens, and on a model that learns."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace
from grader.endings import NotImplementedYet

from .common import CAP


def _fit(module: ModuleType, *args: Any, accumulate: int | None = None) -> Any:
    """The result of fit, a pair as a list. Without `accumulate` in its signature the stretch part is not written."""
    fit = lookup(module, "fit")
    if accumulate is None:
        result = fit(*args)
    else:
        takes = inspect.signature(fit).parameters.values()
        if not any(p.name == "accumulate" or p.kind is p.VAR_KEYWORD for p in takes):
            raise NotImplementedYet("fit takes no accumulate")
        result = fit(*args, accumulate=accumulate)
    return list(result) if isinstance(result, (tuple, list)) else result


class Batches(Loader):
    """The stand-in loader, with float32 inputs, and int64 targets of shape (n,), as accuracy wants them."""

    def __init__(self, trace: Trace, sizes: list[int], *, first: int = 0) -> None:
        super().__init__(trace, sizes, first=first)
        self.batches = [(x.float(), y.flatten().long()) for x, y in self.batches]


class Unsized:
    """Batches that can be iterated, and nothing else."""

    def __init__(self, batches: Loader) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batches)


def story_of_fit(
    module: ModuleType, epochs: int, train: list[int], valid: list[int], *, accumulate: int | None = None
) -> dict[str, Any]:
    """The "trace" of a fit among the stand-ins of grader.box.probes.training_loop, on batches of these sizes.

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
    """Logits x · w + (0, 0.05, 0.1, …), the last term to leave no ties; `middle` is applied to x."""

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

    w: (D, C). middle: "doubles", "batchnorm" or nothing. batches: "sized"; "unsized", for loaders that can
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
