"""Start `python -m ...` by a fork of a process that has imported torch, in a tenth of the CPU time of a new one.

Every command, judge, zygote, worker and pytest of these tests is a process of its own, and most of its time would go
into importing torch. `WarmPopen` is subprocess.Popen except that it asks a server, which has imported what is slow and
has warmed up, to fork; what is forked starts its own processes the same way. So it is with the modules below, and with
`python -u -c`, as xdist starts its workers. Any other process (`python -c`) is a new one, as usual. A session of its
own holds a command alone then: what it starts has the command's id in its name. GRADER_COLD=1 has all processes started
anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MODULES = (
    "grader",
    "pytest",
    "grader.judge.server",
    "grader.box.zygote",
    "grader.box.devices.gpus",
    "grader.home.watch.worker",
    "grader.intake.apart.process",
)
_OWN_SESSION = ("grader", "grader.home.watch.worker")  # may be started in a session of its own
_SILENT = ("grader.box.zygote", "grader.box.devices.gpus")  # they have no terminal
NO_KIT = "pytest"  # a fork that has nothing of the kit
_KIT = Path(__file__).parents[1]
_ROOT = str(_KIT.parents[1])
_READ_FIRST = ("PYTHON", "LC_", "LANG")  # how the names of variables begin that Python reads when it starts
_READ_BY_KIT = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")  # when it is imported
_OURS = {"PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONIOENCODING"}
_real_popen = subprocess.Popen


class WarmPopen(_real_popen):
    """subprocess.Popen, with a fork of the server where that comes to the same."""

    server = ""  # folder of its sockets; "" while there is none
    family = 0  # id of the command in a session of its own that this process was started for; 0 for none
    _connection: socket.socket | None = None

    def _execute_child(  # type: ignore[override]
        self, args: Any, executable: Any, preexec_fn: Any, close_fds: Any, pass_fds: Any, cwd: Any, env: Any,
        *rest: Any,
    ) -> None:  # fmt: skip
        _startupinfo, _flags, shell, *pipes = rest[:9]
        p2cread, _, _, c2pwrite, _, errwrite = pipes
        *_ids, session, group = rest[9:]
        call = None if shell or preexec_fn or executable or group > 0 else _module_call(args)
        environment = dict(os.environ if env is None else env)
        folder = Path(os.fsdecode(cwd or ".")).absolute()
        kit = call is not None and _imports_the_same_kit(call[1], call[0], folder, environment)
        if session and not (kit and call is not None and call[1] in _OWN_SESSION):
            call = None
        if not self.server or call is None or not _as_in_server(environment):
            return super()._execute_child(  # type: ignore[misc]
                args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest
            )
        safe, module, arguments = call
        request = {
            "safe": safe,
            "argv": [module, *arguments],
            "cwd": str(folder),
            "own_group": group == 0,
            "own_session": bool(session),
            "family": self.family,
            "env": environment,
            "pass_fds": list(pass_fds),
        }
        streams = [new if new != -1 else own for own, new in enumerate((p2cread, c2pwrite, errwrite))]
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(f"{self.server}/{module if kit and module in MODULES else NO_KIT}")
        socket.send_fds(self._connection, [json.dumps(request).encode()], [*streams, *pass_fds])
        self.pid = int(self._connection.recv(64))
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        """Return (pid, status), or (0, 0) while it runs: the server has waited for it."""
        if self._connection is None:
            return super()._try_wait(wait_flags)  # type: ignore[misc,no-any-return]
        try:
            answer = self._connection.recv(64, socket.MSG_DONTWAIT if wait_flags & os.WNOHANG else 0)
        except BlockingIOError:
            return 0, 0
        self._connection.close()
        return self.pid, int(answer or 1 << 8)

    def _internal_poll(self, _deadstate: int | None = None, **more: Any) -> int | None:
        if self._connection is not None:
            more["_waitpid"] = lambda pid, flags: self._try_wait(flags)
        return super()._internal_poll(_deadstate, **more)  # type: ignore[misc,no-any-return]


@contextlib.contextmanager
def all_anew() -> Iterator[None]:
    """Start nothing by a fork meanwhile: each process is its parent's child, and in its session."""
    WarmPopen.server, server = "", WarmPopen.server
    try:
        yield
    finally:
        WarmPopen.server = server


def short_name(module: str, family: int) -> str:
    """Return the name, of at most 15 characters, of a fork that runs the module for a command in its own session."""
    return f"{module.split('.')[1 if '.' in module else 0]}-{family}"


def _module_call(args: Any) -> tuple[bool, str, list[str]] | None:
    """Return (-P or not, module, arguments) of `python [-P] -m module ...` if it is one of MODULES, else None.

    Of `python -u -c program ...` it is (False, "-c", [program, ...]).
    """
    if isinstance(args, (str, bytes, os.PathLike)):
        return None
    command = [os.fsdecode(a) for a in args]
    if command[:3] == [sys.executable, "-u", "-c"]:
        return False, "-c", command[3:]
    safe = command[1:2] == ["-P"]
    rest = command[2:] if safe else command[1:]
    if command[0] != sys.executable or rest[:1] != ["-m"] or rest[1] not in MODULES:
        return None
    return safe, rest[1], rest[2:]


def _imports_the_same_kit(module: str, safe: bool, folder: Path, environment: Mapping[str, str]) -> bool:
    """Say whether the process would import this `grader`, not one of the folder, and for the same terminal, if any."""
    hidden = not safe and folder != Path(_ROOT) and (folder / "grader").exists()
    terminal = module in _SILENT or all(environment.get(n) == os.environ.get(n) for n in _READ_BY_KIT)
    return not hidden and environment.get("PYTHONPATH", _ROOT) == _ROOT and terminal


def _as_in_server(environment: Mapping[str, str]) -> bool:
    """Say whether what Python reads when it starts, variables and sitecustomize, is that of the server."""
    if any(
        Path(p, "sitecustomize.py").exists() for p in environment.get("PYTHONPATH", "").split(os.pathsep) if p
    ):
        return False
    names = {n for n in {*environment, *os.environ} if n.startswith(_READ_FIRST)}
    return all(_alike(n, environment.get(n, ""), os.environ.get(n, "")) for n in names - _OURS)


def _alike(name: str, value: str, own: str) -> bool:
    if name.startswith(("LC_", "LANG")) and value in ("", "C.UTF-8"):  # without a locale, Python takes UTF-8
        return own in ("", "C.UTF-8") or value != ""
    return value == own


def python_for_scripts() -> str:
    """Return an executable that runs `python ...` for a script, by a fork while there is a server."""
    return f"{WarmPopen.server}/python" if WarmPopen.server else sys.executable


def command_for_terminals(module: str) -> list[str]:
    """Return the command `python -m module` whose processes are forked while there is a server."""
    if not WarmPopen.server:
        return [sys.executable, "-m", module]
    return [sys.executable, str(Path(__file__).with_name("front.py")), WarmPopen.server, module]


class WarmServer:
    """Forks on request, and reports how what it has forked ended. Use as a context manager in a test process."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        environment = {n: value for n, value in os.environ.items() if n != "PYTHONPATH"} | {
            "PYTHONHASHSEED": "0"
        }
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one thread, or forks hang
        self._process = _real_popen(
            [sys.executable, "-P", str(Path(__file__).with_name("server.py")), self._folder, *MODULES],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def __enter__(self) -> WarmServer:
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise RuntimeError("the server of warm processes did not start")
        self._write_python()
        WarmPopen.server = self._folder
        subprocess.Popen = WarmPopen  # type: ignore[misc]
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.Popen = _real_popen  # type: ignore[misc]
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    def _write_python(self) -> None:
        shim = Path(self._folder) / "python"
        called = shlex.join([sys.executable, "-ES", str(Path(__file__).with_name("python.py")), self._folder])
        shim.write_text(f'#!/bin/sh\nexec {called} "$@"\n')
        shim.chmod(0o755)
