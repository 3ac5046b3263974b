"""Dotted names of functions that are called, as patterns match them."""

from __future__ import annotations

from inspect import CO_VARARGS
from types import CodeType
from typing import Any

import torch
from torch.overrides import resolve_name

from grader.box.sight.callers import module_of_file


def torch_names(func: Any) -> tuple[str, ...]:
    """Return the dotted names of a function that torch passes to a mode: public, and of the aten operator."""
    name = getattr(func, "__name__", "") or type(func).__name__
    if name == "__get__":
        return ()
    owner = getattr(func, "__objclass__", None) or getattr(func, "__self__", None)
    if isinstance(owner, torch.Tensor) or (
        isinstance(owner, type) and issubclass(owner, torch._C.TensorBase)
    ):
        return (f"torch.Tensor.{name}",)
    module = getattr(func, "__module__", None) or ""
    if module.startswith("torch._ops"):
        return (f"torch.ops.{func}", f"torch.ops.{str(func).rsplit('.', 1)[0]}")
    if module.startswith("torch.") or not owner:
        return tuple({resolve_name(func) or f"torch.{name}", f"{module or 'torch'}.{name}"})
    if "torch" in repr(owner):
        return (resolve_name(func) or f"torch.{name}",)
    return ()


def places_of(code: CodeType, namespace: dict[str, Any]) -> tuple[str, ...]:
    """Return the dotted places of definition of a Python function with this code and these globals.

    By its file, too: the code of a library's function also runs with globals of another name.
    """
    claimed = dict.get(namespace, "__name__")  # of any type, with any code in it
    modules = {module_of_file(code.co_filename), claimed if type(claimed) is str else ""} - {""}
    return tuple(f"{module}.{code.co_qualname}" for module in modules)


def receiver_of(code: CodeType, arguments: dict[str, Any]) -> Any:
    """Return the first argument of a call of this code: the object, for a method. arguments: by name"""
    if code.co_argcount:
        return arguments.get(code.co_varnames[0])
    if code.co_flags & CO_VARARGS:
        rest = arguments.get(code.co_varnames[code.co_kwonlyargcount])
        return rest[0] if rest else None
    return None
