"""Threads: each one that is started is watched from its first step on."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
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
        setattr(module, name, _starting_watched(start, hook))

    def leave_alone() -> None:
        for module, name, start in before:
            setattr(module, name, start)

    return leave_alone


def _starting_watched(start: Callable[..., int], hook: Callable[..., None]) -> Callable[..., int]:
    def start_watched(function: Any, args: Any, kwargs: Any = None, /) -> int:
        return start(_run, (hook, function, args, kwargs or {}))

    return start_watched


@may_hook
def _run(hook: Any, function: Any, args: Any, kwargs: Any) -> None:
    sys.setprofile(hook)
    function(*args, **kwargs)
