"""The hooks of the interpreter: behind walls, nobody else gets at them.

An audit hook can't be taken away again, so it is only added in a process that is the submission's alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])
_EVENTS = frozenset({"sys.settrace", "sys.setprofile", "sys.addaudithook"})
_INTERPRETER = "cpython.PyInterpreterState_New"  # hooks are those of one interpreter
_ours: set[int] = set()
_executing: list[Callable[[CodeType], None]] = []


def may_hook(function: _F) -> _F:
    """Mark a function of the kit that sets hooks itself."""
    assert isinstance(function, FunctionType)
    _ours.add(id(function.__code__))
    return function


def keep(executing: Callable[[CodeType], None]) -> None:
    """From now on, in this process, raise RuntimeError where others set a hook, or start another interpreter.

    executing: called with the code of each module that is about to run
    """
    if not _executing:
        sys.addaudithook(_audit)
    _executing.append(executing)


def _audit(event: str, args: Any) -> None:
    if event == "exec":
        if type(args[0]) is CodeType:
            for told in _executing:
                told(args[0])
    elif event in _EVENTS:
        caller = sys._getframe().f_back
        if caller is None or id(caller.f_code) not in _ours:
            raise RuntimeError(
                f"{event} is not for submissions while they are graded: the kit's own hook is in that place"
            )
    elif event == _INTERPRETER:
        raise RuntimeError("submissions start no interpreters while they are graded")
