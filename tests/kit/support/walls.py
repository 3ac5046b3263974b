"""Run a function behind walls, in a forked process."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from grader.box.walls import Tier, Walls, default_readable, raise_walls


def in_a_child(act: Callable[[], object], seconds: float = 20) -> dict[str, Any]:
    """{"value": …}, {"error": class, "errno": …, "text": …} or {"died": status}, from a forked process.

    seconds: after which it is killed
    """
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(receive)
            faulthandler.disable()  # pytest's would print the stack of a process that is meant to die
            try:
                told: dict[str, Any] = {"value": act()}
            except BaseException as error:
                told = {
                    "error": type(error).__name__,
                    "errno": getattr(error, "errno", None),
                    "text": str(error),
                }
            os.write(send, json.dumps(told, default=str).encode())
        finally:
            os._exit(0)
    os.close(send)
    watchdog = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
    watchdog.start()
    with os.fdopen(receive, "rb") as stream:
        text = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    watchdog.cancel()
    return json.loads(text) if text else {"died": status}


def t1(**changes: Any) -> Walls:
    settings: dict[str, Any] = {
        "tier": Tier.T1,
        "readable": default_readable(),
        "writable": (),
        "memory_bytes": 512 * 2**20,
        "cpu_seconds": 10,
    }
    return Walls(**(settings | changes))


def behind(act: Callable[[], object], walls: Walls | None = None) -> dict[str, Any]:
    def walled() -> object:
        raise_walls(walls or t1())
        return act()

    return in_a_child(walled)
