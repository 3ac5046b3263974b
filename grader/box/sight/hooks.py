"""The hooks of the interpreter that the guard sees by: behind walls, nobody else gets at them.

An audit hook can't be taken away again, so it is only added in a process that is the submission's alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])
_EVENTS = frozenset({"sys.settrace", "sys.setprofile", "sys.addaudithook"})
_INTERPRETER = "cpython.PyInterpreterState_New"  # hooks are those of one interpreter
_ours: set[int] = set()
_keeping = False


def may_hook(function: _F) -> _F:
    """Mark a function of the kit that sets hooks itself."""
    assert isinstance(function, FunctionType)
    _ours.add(id(function.__code__))
    return function


def keep() -> None:
    """From now on, in this process, raise RuntimeError where others set a hook, or start another interpreter."""
    global _keeping
    if not _keeping:
        _keeping = True
        sys.addaudithook(_refuse)


def _refuse(event: str, args: Any) -> None:
    if event in _EVENTS:
        caller = sys._getframe().f_back
        if caller is None or id(caller.f_code) not in _ours:
            raise RuntimeError(
                f"{event} is not for submissions while they are graded: the kit's own hook is in that place"
            )
    elif event == _INTERPRETER:
        raise RuntimeError("submissions start no interpreters while they are graded")
