"""The processes that WarmPopen asks to fork: `python -P server.py FOLDER MODULE...`. They end with their stdin.

There is one for each module, on a socket of its own: it has imported what comes with torch and pytest, and what the
module imports when it starts. That for pytest has nothing of the kit: pytest rewrites the kit's assertions when it
imports it. A fork leaves the loop and becomes the module that it was asked for. Its end is that of Python but for the
last step, in which modules are taken apart: with those of torch that costs more than most of these tests.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import importlib.metadata
import io
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import types
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_NAME = 15
_REQUEST = 1 << 18  # bytes, above any command line with its environment
_IMPORTED = ("torch._dynamo", "torch.testing", "scipy.stats", "pytest", "typer", "rich.progress", "jinja2")
_FIRST = {  # module → what it imports when it starts, or a moment later
    "grader": ("grader.cli.app", "typer._adapters", "grader.home.watch.loop"),
    "grader.judge.server": (
        "grader.judge.server",
        "grader.intake.submission.staging",
        "grader.suite.plugin.choosing",
        "grader.suite.strategies",
    ),
    "grader.box.zygote": ("grader.box.zygote",),
    "grader.box.devices.gpus": ("grader.box.devices.gpus",),
    "grader.home.watch.worker": ("grader.home.watch.worker", "grader.home.watch.working"),
    "grader.intake.apart.process": (
        "grader.intake.apart.process",
        "grader.intake.discovery.discover",
        "grader.intake.discovery.archives",
        "grader.intake.submission.staging",
    ),
}
_LIGHT = ("grader.intake.apart.process",)  # what has limits of memory may not have torch in it


@dataclass(frozen=True)
class Call:
    """What a fork has to become."""

    request: dict[str, Any]
    fds: Sequence[int]


def listen(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen(64)
    return listener


def serve(listener: socket.socket) -> Call | None:
    """Fork for each request, and tell the caller the fork's status. Return the call in a fork, None at the end."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(0, selectors.EVENT_READ)
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
                selector.close()  # or the garbage collector does, when its number is another file's
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
    os.environ.clear()
    os.environ.update(request["env"])
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    text: dict[str, Any] = {"encoding": encoding or None, "errors": errors or None}
    sys.stdin = io.TextIOWrapper(open(0, "rb"), **text)  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(open(1, "wb"), line_buffering=os.isatty(1), **text)  # noqa: SIM115
    text["errors"] = "backslashreplace"
    sys.stderr = io.TextIOWrapper(open(2, "wb"), line_buffering=True, **text)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    os.chdir(request["cwd"])
    if request["own_session"]:
        os.setsid()
    elif request["own_group"]:
        os.setpgid(0, 0)
    _join_family(request)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module, *arguments = request["argv"]
    first = [] if request["safe"] else [request["cwd"]]
    own = os.environ["PYTHONPATH"].split(os.pathsep) if "PYTHONPATH" in os.environ else []
    sys.path[:] = [*first, *own, *_LIBRARIES]
    tempfile.tempdir = None  # that of the server; a new process learns its own when it imports torch
    tempfile.gettempdir()
    if module == "-c":
        program, *arguments = arguments
        sys.argv = ["-c", *arguments]
        sys.modules["__main__"] = main = types.ModuleType("__main__")
        exec(compile(program, "<string>", "exec"), main.__dict__)
        return
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _join_family(request: Mapping[str, Any]) -> None:
    """Show in this process's name, and in what it starts, which command in a session of its own that is for."""
    module, *_ = request["argv"]
    WarmPopen.family = os.getpid() if request["own_session"] and module == "grader" else request["family"]
    if WarmPopen.family:
        ctypes.CDLL(None).prctl(_PR_SET_NAME, short_name(module, WarmPopen.family).encode())


def finish(error: BaseException | None) -> NoReturn:
    """End as Python does, after the program's last line or with what it raised."""
    status = 0
    if isinstance(error, SystemExit):
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
    elif error is not None:
        sys.excepthook(type(error), error, error.__traceback__)
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    if isinstance(error, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status & 0xFF)


def _place(fds: Sequence[int], numbers: Sequence[int]) -> None:
    """Give the descriptors these numbers, and close all others."""
    safe = max(*numbers, *fds) + 1
    high = [os.dup2(fd, safe + i) for i, fd in enumerate(fds)]
    for fd, number in zip(high, numbers, strict=True):
        os.dup2(fd, number)
    for number in {int(entry.name) for entry in Path("/proc/self/fd").iterdir()} - set(numbers):
        with contextlib.suppress(OSError):  # that of the listing itself
            os.close(number)


def prepare(module: str) -> None:
    """Do what the module does each time when it starts, but not as the program that it will be."""
    for name in _FIRST.get(module, ()):
        importlib.import_module(name)
    sys.modules.pop(module, None)
    _remember_entry_points()
    if module in _WARMED:
        _WARMED[module]()
    for left in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        left.atexit = (
            False  # torch's take its registries apart: for a fork that is more work than most tests are
        )
    gc.collect()
    gc.freeze()


def _remember_entry_points() -> None:
    """Read which plugins the installed packages bring: pytest asks all of them, four times whenever it starts."""
    distribution = importlib.metadata.Distribution
    read = distribution.entry_points.fget  # type: ignore[attr-defined]
    known = {str(found._path): read(found) for found in distribution.discover()}  # type: ignore[attr-defined]

    def entry_points(self: Any) -> Any:
        path = str(getattr(self, "_path", ""))
        return known[path] if path in known else read(self)

    distribution.entry_points = property(entry_points)  # type: ignore[method-assign,assignment]


def _warm_command() -> None:
    """Read the kit, which stays as it is under these tests, the command line, and the templates of its pages."""
    fingerprint = importlib.import_module("grader.records.fingerprint")
    fingerprint.kit_sha256()
    fingerprint.versions()
    typer, app = importlib.import_module("typer.main"), importlib.import_module("grader.cli.app").app
    get_command = typer.get_command
    built = get_command(app)
    typer.get_command = lambda asked: built if asked is app else get_command(asked)  # type: ignore[attr-defined]
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # see conftest.py
    with contextlib.suppress(ImportError):  # jinja2 comes with an extra
        templates = importlib.import_module("grader.outputs.report.pages")._environment()
        for name in templates.list_templates():
            templates.get_template(name)


def _warm_zygote() -> None:
    """Warm up torch, read its layers and functions, and look for the package that the joined course hides."""
    zygote = importlib.import_module("grader.box.zygote")
    zygote.warm()
    zygote.places_of(zygote.default_readable(), ("numpy",))
    sys.modules.pop("grader.box.zygote")  # first: a fork reads its own, as its main program
    importlib.import_module("grader.box.sight.callers").remember_modules()
    importlib.import_module("grader.box.sight.fronts").read_modules({"torch", "scipy", "sklearn"})


class _ImportsHypothesis:
    def pytest_configure(self) -> None:
        for name in ("hypothesis", "hypothesis.strategies", "hypothesis.internal.conjecture.engine"):
            importlib.import_module(name)


def _warm_pytest() -> None:
    """Run pytest on nothing: it has its plugins then, and hypothesis, with assertions rewritten by itself."""
    import pytest

    with tempfile.TemporaryDirectory() as nothing, open(os.devnull, "w") as silent:
        options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", nothing, nothing]
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            pytest.main(options, plugins=[_ImportsHypothesis()])
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        _write_rewritten()


def _write_rewritten() -> None:
    """Have pytest write the kit with its assertions rewritten, once, in a fork: else each of its processes rewrites it.

    That is a third of the time of a short run. These processes read what is there, but write nothing themselves.
    """
    import pytest

    if (writer := os.fork()) == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.chdir(Path(__file__).parents[3])
            pytest.main(["-q", "-p", "no:cacheprovider", "--collect-only", "assignments"])
        finally:
            os._exit(0)
    os.waitpid(writer, 0)


_WARMED = {"grader": _warm_command, "grader.box.zygote": _warm_zygote, "pytest": _warm_pytest}


def _import_what_is_slow() -> None:
    for name in _IMPORTED:
        with contextlib.suppress(ModuleNotFoundError):  # one of an extra
            importlib.import_module(name)
    for name in sys.modules["_pytest.config"].default_plugins:
        importlib.import_module(f"_pytest.{name}")


def serve_each(folder: str, modules: Sequence[str]) -> Call | None:
    """Serve each module in a process of its own, and wait for their end. Return the call in a fork of one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listeners = {module: listen(f"{folder}/{module}") for module in modules}  # who asks early waits there
    servers = []
    for module in sorted(modules, key=lambda module: module not in _LIGHT):
        if module not in _LIGHT:
            _import_what_is_slow()
        if (server := os.fork()) == 0:
            prepare(module)
            if call := serve(listeners[module]):
                return call
            os._exit(0)
        servers.append(server)
    os.write(1, b"ready\n")
    while servers:
        ended, status = os.wait()
        servers.remove(ended)
        if status:  # who asks it would wait for ever: without any server, all fail at once
            for server in servers:
                os.kill(server, signal.SIGKILL)
            sys.exit(f"a server of warm processes ended with status {status}")
    return None


if __name__ == "__main__":
    sys.dont_write_bytecode = False  # every run imports this anew; a fork does as it is told
    _LIBRARIES = list(sys.path)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from warm.popen import WarmPopen, short_name

    WarmPopen.server = sys.argv[1]
    if call := serve_each(sys.argv[1], sys.argv[2:]):
        import subprocess

        subprocess.Popen = WarmPopen  # type: ignore[misc]
        try:
            become(call)
        except BaseException as error:  # whatever ends a program
            finish(error)
        finish(None)
