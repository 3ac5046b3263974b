"""The process that WarmPopen asks to fork: `python -P server.py SOCKET`. It ends with its stdin.

It imports what comes with torch and pytest, and nothing of the kit: pytest rewrites the kit's assertions when it
imports it. A fork leaves the loop and becomes the module that it was asked for, down to the normal end of Python.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_REQUEST = 1 << 18  # bytes, above any command line with its environment
_IMPORTED = ("torch._dynamo", "torch.testing", "scipy.stats", "pytest", "typer", "rich.progress", "jinja2")


@dataclass(frozen=True)
class Call:
    """What a fork has to become."""

    request: dict[str, Any]
    fds: Sequence[int]


def serve(path: str) -> Call | None:
    """Fork for each request, and tell the caller the fork's status. Return the call in a fork, None at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen(64)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(0, selectors.EVENT_READ)
    os.write(1, b"ready\n")
    while True:
        for key, _ in selector.select():
            if key.fileobj == 0:
                return None
            if key.fileobj is not listener:
                pid, caller = key.data
                selector.unregister(key.fd)
                os.close(key.fd)
                _answer(caller, os.waitpid(pid, 0)[1])
                caller.close()
                continue
            caller, _address = listener.accept()
            data, fds, _flags, _from = socket.recv_fds(caller, _REQUEST, 64)
            if (pid := os.fork()) == 0:
                return Call(json.loads(data), fds)
            for fd in fds:
                os.close(fd)
            _answer(caller, pid)
            selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, caller))


def _answer(caller: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # it may have ended before what it started
        caller.send(str(number).encode())


def become(call: Call) -> None:
    """Be the process that was asked for: its descriptors, environment, folder and arguments; then run its module."""
    request = call.request
    _place(call.fds, [0, 1, 2, *request["pass_fds"]])
    sys.stdin = io.TextIOWrapper(open(0, "rb"))  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(open(1, "wb"), line_buffering=os.isatty(1))  # noqa: SIM115
    errors = open(2, "wb")  # noqa: SIM115 - lives as long as the process
    sys.stderr = io.TextIOWrapper(errors, errors="backslashreplace", line_buffering=True)
    os.environ.clear()
    os.environ.update(request["env"])
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    os.chdir(request["cwd"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module, *arguments = request["argv"]
    first = [] if request["safe"] else [request["cwd"]]
    own = os.environ["PYTHONPATH"].split(os.pathsep) if "PYTHONPATH" in os.environ else []
    sys.path[:] = [*first, *own, *_LIBRARIES]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _place(fds: Sequence[int], numbers: Sequence[int]) -> None:
    """Give the descriptors these numbers, and close all others."""
    safe = max(*numbers, *fds) + 1
    high = [os.dup2(fd, safe + i) for i, fd in enumerate(fds)]
    for fd, number in zip(high, numbers, strict=True):
        os.dup2(fd, number)
    for number in {int(entry.name) for entry in Path("/proc/self/fd").iterdir()} - set(numbers):
        with contextlib.suppress(OSError):  # that of the listing itself
            os.close(number)


if __name__ == "__main__":
    _LIBRARIES = list(sys.path)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from warm.popen import WarmPopen

    WarmPopen.server = sys.argv[1]
    for name in _IMPORTED:
        with contextlib.suppress(ModuleNotFoundError):  # one of an extra
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    if call := serve(sys.argv[1]):
        import subprocess

        subprocess.Popen = WarmPopen  # type: ignore[misc]
        become(call)
