"""Names of a submission, as the judge and the probes look them up: calls under one of them count as the student's.

A name need not be bound to the student's own code. `nll = F.nll_loss`, a partial of it or a layer is called by the
judge or by a probe, and their calls are allowed. So each name is handed out in a form in which the guard recognises
the student's calls:
- a function that the student wrote, unchanged: its code is on the stack;
- a class, unchanged, for a probe may derive from it; the guard remembers it, and counts what it inherits from a
  forbidden class as the student's;
- any other callable, as a function that the guard knows.
"""

from __future__ import annotations

import functools
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import torch

from grader.box.guard import Guard
from grader.box.sight.callers import is_of_library, is_own, under_a_name
from grader.endings import NotImplementedYet
from grader.intake.submission.guarding import ERRORS

_NOTHING = object()


class Names(ModuleType):
    """The submission's module, whose names are handed out in this form."""

    def __init__(self, module: ModuleType, guard: Guard) -> None:
        super().__init__(module.__name__, module.__doc__)
        self._module = module
        self._guard = guard
        self._handed_out: dict[str, tuple[Any, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        known, handed_out = self._handed_out.get(name, (_NOTHING, None))
        if known is not value:
            handed_out = self._hand_out(name, value)
            self._handed_out[name] = (value, handed_out)
        return handed_out

    def _hand_out(self, name: str, value: Any) -> Any:
        """Return the value itself, or a function that calls it. Raise ForbiddenCall for a forbidden class."""
        value = self._as_written(name, value)
        if not callable(value) or is_own(value):
            return value
        if isinstance(value, type) and _made_as_usual(value):
            # A notebook's __main__ has no file, like a builtin, or the file of the installed kernel.
            if value.__module__ != self._module.__name__ and is_of_library(value):
                self._guard.refuse_library_class(name, value)
            else:
                self._guard.remember(name, value)
            return value
        return functools.update_wrapper(under_a_name(name, value), value, updated=())

    def _as_written(self, name: str, value: Any) -> Any:
        """Return the Python of a compiled function, which the guard can watch. A compiled layer is forbidden."""
        if isinstance(value, FunctionType):
            value = vars(value).get("_torchdynamo_orig_callable", value)
        if isinstance(value, torch.jit.ScriptFunction | torch.jit.ScriptModule):
            value = getattr(value, "_torchdynamo_inline", value)
        if isinstance(value, torch.jit.ScriptModule) and not self._guard.idle:
            self._guard.forbid("torch.jit.script", f"{name} is made by")
        return value


def lookup(module: ModuleType, name: str) -> Any:
    """Return the module's function or class of that name.

    Raise NotImplementedYet when there is none, or None in its place. Where a cell of a notebook that would have bound
    the name has failed, raise what that raised.
    """
    file = getattr(module, "__file__", None)
    there = Path(file).name if file else "the notebook"
    if not hasattr(module, name):
        failed = getattr(module, ERRORS, None)
        if isinstance(failed, dict) and isinstance(failed.get(name), Exception):
            raise failed[name]
        raise NotImplementedYet(f"{name} is not defined in {there}")
    found = getattr(module, name)
    if found is None:
        raise NotImplementedYet(f"{name} is None in {there}")
    return found


def _made_as_usual(cls: type) -> bool:
    """Return True when calling the class makes an instance of it, and its metaclass does nothing else."""
    call = type(cls).__call__
    return call is type.__call__ or is_own(call)
