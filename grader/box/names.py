"""The names of a submission, as the judge and the probes look them up: a call under one of them is the student's.

A name need not be bound to the student's own code. `nll = F.nll_loss`, a partial of it or a layer is called by the
judge or by a probe, and their calls are free. So each name is handed out in such a way that the guard sees whose
the call is:
- a function that the student wrote as it is: its code is on the stack;
- a class as it is, for a probe may derive from it; the guard keeps it in mind, and takes what it inherits from a
  forbidden class for the student's;
- anything else that can be called as a function that the guard knows.
"""

from __future__ import annotations

import functools
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import torch

from grader.box.guard import Guard, is_of_library, is_own, under_a_name
from grader.endings import NotImplementedYet

_NOTHING = object()


class Names(ModuleType):
    """The submission's module, whose names are handed out in that way."""

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
        """The value itself, or a function that calls it. Raises ForbiddenCall for a forbidden class."""
        value = self._as_written(name, value)
        if not callable(value) or is_own(value):
            return value
        if isinstance(value, type) and _made_as_usual(value):
            # A notebook's __main__ has no file, as what is built in, or that of a kernel that is installed.
            if value.__module__ != self._module.__name__ and is_of_library(value):
                self._guard.refuse_library_class(name, value)
            else:
                self._guard.keep_in_mind(name, value)
            return value
        return functools.update_wrapper(under_a_name(name, value), value, updated=())

    def _as_written(self, name: str, value: Any) -> Any:
        """The Python of a compiled function, which the guard can see into. A compiled layer is forbidden."""
        if isinstance(value, FunctionType):
            value = vars(value).get("_torchdynamo_orig_callable", value)
        if isinstance(value, torch.jit.ScriptFunction | torch.jit.ScriptModule):
            value = getattr(value, "_torchdynamo_inline", value)
        if isinstance(value, torch.jit.ScriptModule):
            self._guard.forbid("torch.jit.script", f"{name} is made by")
        return value


def lookup(module: ModuleType, name: str) -> Any:
    """Return the module's function or class of that name. Raise NotImplementedYet when there is none."""
    if not hasattr(module, name):
        file = getattr(module, "__file__", None)
        raise NotImplementedYet(f"{name} is not defined in {Path(file).name if file else 'the notebook'}")
    return getattr(module, name)


def _made_as_usual(cls: type) -> bool:
    """Whether a call of the class makes an object of it, and isn't passed on to something else by its metaclass."""
    call = type(cls).__call__
    return call is type.__call__ or is_own(call)
