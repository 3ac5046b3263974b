"""Find out what the walls of this machine really hold, by trying from behind them.

A child is forked, raises the walls and makes every attempt for real: what is listed as denied must be
refused by the system, and what a submission needs must go on working. Nothing is harmed where the walls do
not hold: whatever is written is removed again, signal 0 does nothing, and a process is only inspected.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from grader.box.walls import Tier, WallError, Walls, kernel, raise_walls

MEMORY_BYTES = 256 * 2**20
CPU_SECONDS = 10
PATIENCE = 5.0  # wall-clock seconds for all attempts together; they take about a tenth of one
_REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}
_CALLS = {  # process_vm_readv, ptrace, unshare, execve
    "x86_64": (310, 101, 272, 59),
    "aarch64": (270, 117, 97, 221),
}
_SPARE_MODULES = ("wave", "colorsys", "stringprep", "rlcompleter", "nturl2path")


@dataclass(frozen=True)
class AttemptResult:
    """One attempt. `ok` says that the outcome is the expected one.

    outcome: "denied", "allowed", or what else became of it: "failed" (the system was ready to do it, and it
             went wrong for another reason) or "died" (it took the process with it)
    """

    name: str
    expected: Literal["denied", "allowed"]
    outcome: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class _Attempt:
    name: str
    expected: Literal["denied", "allowed"]
    act: Callable[[], object]


def run_selftest(tier: Tier, secrets: Sequence[Path], readable: Sequence[Path]) -> list[AttemptResult]:
    """Make every attempt behind the walls of `tier`; `secrets` are files and folders that must not be readable there.

    Forks from the caller, which may have torch imported, and keeps all troubles in the results: a child
    that dies is one. Raises NotBuilt for a tier without code, and OSError where nothing can be forked.
    """
    tier.require_built()
    if not hasattr(os, "fork"):
        return [
            AttemptResult("walls", "allowed", "failed", False, "this system cannot fork: there are no walls")
        ]
    # `hidden` stays empty: a secret that can be read is to be found by trying, not refused beforehand.
    walls = Walls(tier, tuple(readable), (), MEMORY_BYTES, CPU_SECONDS)
    results: list[AttemptResult] = []
    deadline = time.monotonic() + PATIENCE
    with tempfile.TemporaryDirectory(prefix="walls-") as folder:
        attempts = _attempts(secrets, Path(folder))
        while len(results) < len(attempts):
            known = len(results)
            results += _in_a_child(walls, attempts[known:], deadline)
            if results[-1].name == "raise the walls":
                break
    return results


def _in_a_child(walls: Walls, attempts: Sequence[_Attempt], deadline: float) -> list[AttemptResult]:
    """Results of the first attempts: all of them, or those up to the one that the child died of."""
    receive, send = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(receive)
            _child(walls, attempts, send)
        finally:
            os._exit(0)
    os.close(send)
    text, hung = _read_all(receive, deadline)
    if hung:
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    lines = [json.loads(line) for line in text.splitlines() if line.endswith(b"}")]
    results = [AttemptResult(**line) for line in lines]
    if len(results) < len(attempts) and not (results and results[-1].name == "raise the walls"):
        lost = attempts[len(results)]
        why = "it did not come back in time" if hung else f"the process ended with status {status}"
        results.append(AttemptResult(lost.name, lost.expected, "died", False, why))
    return results


def _read_all(descriptor: int, deadline: float) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    with open(descriptor, "rb", buffering=0) as stream:
        while select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            chunk = stream.read(2**16)
            if not chunk:
                return b"".join(chunks), False
            chunks.append(chunk)
    return b"".join(chunks), True


def _child(walls: Walls, attempts: Sequence[_Attempt], send: int) -> None:
    def tell(result: AttemptResult) -> None:
        os.write(send, json.dumps(result.__dict__).encode() + b"\n")

    try:
        raise_walls(walls)
    except (WallError, OSError, ValueError) as error:
        tell(AttemptResult("raise the walls", "allowed", "failed", False, str(error)))
        return
    for attempt in attempts:
        outcome, detail = _try(attempt)
        tell(AttemptResult(attempt.name, attempt.expected, outcome, outcome == attempt.expected, detail))


def _try(attempt: _Attempt) -> tuple[str, str]:
    try:
        result = attempt.act()
    except MemoryError:
        return "denied", "MemoryError"
    except OSError as error:
        detail = f"{type(error).__name__}: {error}"
        if error.errno in _REFUSALS:
            return "denied", detail
        # The walls answer first: any other error means that the attempt got past them.
        return ("allowed" if attempt.expected == "denied" else "failed"), detail
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"
    return "allowed", "" if result is None else str(result)[:80]


def _attempts(secrets: Sequence[Path], folder: Path) -> list[_Attempt]:
    parent = os.getpid()
    ours = folder / "ours"
    ours.write_text("ours")
    strays = [place / f"walls-{parent}-stray" for place in (Path(tempfile.gettempdir()), Path.cwd())]
    command = [sys.executable, "-I", "-S", "-c", "pass"]
    denied: list[tuple[str, Callable[[], object]]] = []
    for secret in (path.absolute() for path in secrets):
        if secret.is_dir():
            denied.append((f"list {secret}", partial(_list, secret)))
        else:
            through_proc = Path(f"/proc/self/root{secret}")
            denied += [(f"open {path}", partial(_read, path)) for path in (secret, through_proc)]
    denied += [
        ("read /etc/passwd", partial(_read, Path("/etc/passwd"))),
        ("read the parent's environment", partial(_read, Path(f"/proc/{parent}/environ"))),
        *[(f"write a file in {stray.parent}", partial(_create, stray)) for stray in strays],
        ("change a file's mode", partial(_change_mode, ours)),
        ("fork", _fork),
        ("spawn a process", lambda: _wait(os.posix_spawn(sys.executable, command, {}))),
        ("run a subprocess", lambda: subprocess.run(command, capture_output=True).returncode),
        ("open a TCP socket", lambda: socket.socket(socket.AF_INET).close()),
        ("open a unix socket", lambda: socket.socket(socket.AF_UNIX).close()),
        ("connect to this machine", lambda: socket.create_connection(("127.0.0.1", 9), 0.2).close()),
        ("signal the parent", lambda: os.kill(parent, 0)),
        ("allocate more memory than the limit", lambda: len(bytearray(2 * MEMORY_BYTES))),
    ]
    if (calls := _CALLS.get(_machine())) is not None:
        readv, ptrace, unshare, execve = calls
        denied += [
            ("exec another program", lambda: kernel.syscall(execve, 0, 0, 0)),
            ("read the parent's memory", _reader_of(parent, readv)),
            # PTRACE_SEIZE: unlike PTRACE_ATTACH it does not stop the parent where it is let through
            ("trace the parent", lambda: kernel.syscall(ptrace, 0x4206, parent, 0, 0)),
            ("unshare namespaces", lambda: kernel.syscall(unshare, 0x10000000)),  # CLONE_NEWUSER
        ]
    allowed: list[tuple[str, Callable[[], object]]] = [
        ("run a thread", _thread),
        ("os.urandom", lambda: len(os.urandom(16))),
        ("time.sleep", lambda: time.sleep(0.001)),
        ("import a module for the first time", _import_one),
    ]
    library = next(Path(sysconfig.get_path("purelib")).glob("*.dist-info/METADATA"), None)
    if library is not None:
        allowed.append(("read a file of an installed package", partial(_read, library)))
    if "numpy" in sys.modules:
        allowed.append(("numpy product", partial(_product, sys.modules["numpy"])))
    if "torch" in sys.modules:
        allowed.append(("torch product", partial(_product, sys.modules["torch"])))
    return [
        *[_Attempt(name, "allowed", act) for name, act in allowed],
        *[_Attempt(name, "denied", act) for name, act in denied],
    ]


def _machine() -> str:
    return os.uname().machine if sys.platform == "linux" else ""


def _read(path: Path) -> str:
    with path.open("rb") as stream:  # how much, never what: results are printed
        return f"{len(stream.read(64))} bytes"


def _list(folder: Path) -> str:
    return f"{sum(1 for _ in folder.iterdir())} entries"


def _create(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.unlink()


def _change_mode(path: Path) -> None:
    before = path.stat().st_mode
    path.chmod(0o600 if before & 0o077 else 0o644)
    if path.stat().st_mode == before:
        raise PermissionError(errno.EPERM, "the call did nothing")


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _wait(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def _reader_of(pid: int, process_vm_readv: int) -> Callable[[], int]:
    """Reads eight bytes of the parent's at an address that is valid there: the child's copy has the same."""
    theirs = ctypes.create_string_buffer(b"private", 8)
    mine = ctypes.create_string_buffer(8)
    local = ctypes.create_string_buffer(struct.pack("@PN", ctypes.addressof(mine), 8))
    remote = ctypes.create_string_buffer(struct.pack("@PN", ctypes.addressof(theirs), 8))

    def read() -> int:
        kept_alive = (theirs, mine)
        assert kept_alive
        return kernel.syscall(
            process_vm_readv, pid, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0
        )

    return read


def _thread() -> None:
    ran = threading.Event()
    thread = threading.Thread(target=ran.set, daemon=True)
    thread.start()
    thread.join(1.0)
    if not ran.is_set():
        raise RuntimeError("the thread did not run")


def _import_one() -> str:
    for name in _SPARE_MODULES:
        if name not in sys.modules and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
            return name
    raise RuntimeError("every spare module was imported before")


def _product(library: Any) -> None:
    ones = library.ones((8, 8))
    if float((ones @ ones).sum()) != 512.0:
        raise RuntimeError("wrong product")
