"""Torch's operators, beneath all names: a forbidden one says so when it runs, whoever called it, in any thread.

A forbidden function stands on operators: torch.nn.functional.cross_entropy on aten::_log_softmax and
aten::nll_loss_forward. Each of these gets a kernel in front of its own, for a dispatch key that every tensor has and
that comes after autograd's. So it sees compiled functions, attention layers, and calls past torch's modes.
Other operators cost what they did: nothing is in front of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import translate
from functools import lru_cache
from types import FrameType
from typing import Any

import torch

# Called with the operator's name, such as "_log_softmax", and the caller's frame.
Told = Callable[[str, FrameType | None], None]

_KEY = "BackendSelect"
_NEVER = "(?!)"
_NAMESPACE = "aten"
_library = torch.library.Library(_NAMESPACE, "IMPL")
_fronted: set[str] = set()
_listening: list[Told] = []


@lru_cache
def matcher(patterns: Sequence[str]) -> Callable[[str], re.Match[str] | None]:
    """Return what says whether a name matches one of these fnmatch patterns, case and all."""
    return re.compile("|".join(map(translate, patterns)) or _NEVER).match


@lru_cache
def forbidden_operators(patterns: Sequence[str]) -> dict[str, str]:
    """Return operator → the name by which patterns forbid it, and have these operators tell who listens."""
    matches = matcher(patterns)
    found: dict[str, str] = {}
    for full in torch._C._dispatch_get_all_op_names():
        name, _, overload = full.removeprefix(f"{_NAMESPACE}::").partition(".")
        if not full.startswith(f"{_NAMESPACE}::") or "backward" in name:
            continue
        if forbidden := next(filter(matches, names_of(name)), None):
            found[name] = forbidden
            _front(full, name, overload or "default")
    return found


def names_of(operator: str) -> tuple[str, ...]:
    """Return the dotted names that an operator goes by, the public ones of the function that it computes first.

    Where torch has a function of that name, that is the one: "torch.nn.functional.log_softmax" need not be what was
    called when log_softmax is computed.
    """
    plain = re.sub(r"(2d)?(_forward)?$", "", operator.removeprefix("_"))
    place = "torch" if hasattr(torch, plain) else "torch.nn.functional"
    public = (f"{place}.{plain}",) if hasattr(torch, plain) or hasattr(torch.nn.functional, plain) else ()
    return (*public, f"torch.ops.{_NAMESPACE}.{operator}")


@contextmanager
def listening(told: Told) -> Iterator[None]:
    """In the body, have `told` called whenever a forbidden operator of any patterns so far is about to run."""
    listen(told)
    try:
        yield
    finally:
        _listening.remove(told)


def listen(told: Told) -> None:
    """Have `told` called from now on."""
    _listening.append(told)


def _front(full: str, name: str, overload: str) -> None:
    composite = torch._C._dispatch_has_kernel_for_dispatch_key(full, "CompositeImplicitAutograd")
    if full in _fronted or composite:  # what it is composed of is seen
        return
    _fronted.add(full)
    operator = getattr(getattr(getattr(torch.ops, _NAMESPACE), name), overload)
    keys_after = torch._C._dispatch_keyset_full_after(getattr(torch._C.DispatchKey, _KEY))

    def kernel(keys: Any, *args: Any, **kwargs: Any) -> Any:
        for told in _listening:
            told(name, sys._getframe().f_back)
        return operator.redispatch(keys & keys_after, *args, **kwargs)

    _library.impl(operator, kernel, _KEY, with_keyset=True)
