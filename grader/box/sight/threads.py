"""Threads: each one that is started is watched from its first step on."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from grader.box.sight.hooks import may_hook

_PLACES: tuple[tuple[Any, str], ...] = (
    (_thread, "start_new_thread"),
    (_thread, "start_new"),
    (threading, "_start_new_thread"),
)


def watch(hook: Callable[..., None]) -> Callable[[], None]:
    """From now on have each thread that is started, by threading or otherwise, call `hook` for profiling, till it ends.

    Return what leaves alone the threads that are started later.
    """
    before = [(module, name, getattr(module, name)) for module, name in _PLACES]  # a debugger's, perhaps
    for module, name, start in before:
        _watched.append((start, hook))
        setattr(module, name, partial(_start, len(_watched) - 1))

    def leave_alone() -> None:
        for module, name, start in before:
            setattr(module, name, start)

    return leave_alone


# What starts a thread, and its hook, by number: neither is in reach of who has the function that stands there.
_watched: list[tuple[Callable[..., int], Callable[..., None]]] = []


def _start(number: int, function: Any, args: Any, kwargs: Any = None, /) -> int:
    start, hook = _watched[number]
    return start(_run, (hook, function, args, kwargs or {}))


@may_hook
def _run(hook: Any, function: Any, args: Any, kwargs: Any) -> None:
    sys.setprofile(hook)
    function(*args, **kwargs)
