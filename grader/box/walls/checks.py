"""The checks that every tier has to pass: what code behind its walls tries, and whether that has to succeed.

One list for all tiers, in which each check says from which tier on it holds. `selftest` makes them, for `grader doctor`,
at the start of each run, and in the kit's tests. Nothing is harmed where the walls do not hold: whatever is written is
removed again, signal 0 does nothing, and a process is only inspected.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import importlib.util
import os
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.box.walls import identity, kernel
from grader.box.walls.tiers import Tier

MEMORY_BYTES = 256 * 2**20
_CALLS = {  # process_vm_readv, ptrace, unshare, execve
    "x86_64": (310, 101, 272, 59),
    "aarch64": (270, 117, 97, 221),
}
_SPARE_MODULES = ("wave", "colorsys", "stringprep", "rlcompleter", "nturl2path")
_NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts")
_ELSEWHERE = ("192.0.2.1", 9)  # an address that no network has (RFC 5737). Nothing is sent there


@dataclass(frozen=True)
class Situation:
    """What the process outside has set up, for checks to be made on.

    secrets:    files and folders that must not be readable
    own:        the folder that the box may write to
    neighbour:  another box's folder, beside it, with a file in it
    ours:       a file that anybody may see
    listener:   the name of an abstract socket that the process outside listens on
    parent:     the number of that process
    user:       the number of its user
    namespaces: the numbers of its namespaces, by kind
    """

    secrets: tuple[Path, ...]
    own: Path
    neighbour: Path
    ours: Path
    listener: str
    parent: int
    user: int
    namespaces: dict[str, int]


@dataclass(frozen=True)
class Check:
    """An attempt, and how it has to end.

    since: the first tier that it holds at
    apart: it holds by namespaces and users' numbers alone, without Landlock and seccomp
    """

    name: str
    expected: Literal["denied", "allowed"]
    act: Callable[[Situation], object]
    since: Tier = Tier.T1
    apart: bool = False


@contextmanager
def situation(secrets: Sequence[Path]) -> Iterator[Situation]:
    """Set up a situation in a new folder, which is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="walls-") as name, _listening() as listener:
        folder = Path(name).resolve()
        for made in (folder / "own", folder / "neighbour"):
            made.mkdir()
        for file in (folder / "neighbour" / "kept", folder / "ours"):
            file.write_text("ours")
        yield Situation(
            secrets=tuple(path.absolute() for path in secrets),
            own=folder / "own",
            neighbour=folder / "neighbour",
            ours=folder / "ours",
            listener=listener,
            parent=os.getpid(),
            user=os.geteuid() if hasattr(os, "geteuid") else 0,
            namespaces={kind: number for kind in _NAMESPACES if (number := _namespace(kind))},
        )


@contextmanager
def _listening() -> Iterator[str]:
    name = f"walls-{os.getpid()}-{time.monotonic_ns()}"
    if sys.platform != "linux":
        yield name
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(f"\0{name}")
        listener.listen()
        yield name


def checks(tier: Tier, found: Situation) -> list[Check]:
    """Return the checks that the tier has to pass; at T0 those of T1, which it won't."""
    names = [each.name for each in Tier]
    reached = names.index(max(tier.name, Tier.T1.name))
    return [c for c in (*CHECKS, *_of_secrets(found)) if names.index(c.since.name) <= reached]


def _of_secrets(found: Situation) -> Iterator[Check]:
    for secret in found.secrets:
        yield Check(f"see {secret}", "denied", lambda _, at=secret: at.stat(), Tier.T2, apart=True)  # type: ignore[misc]
        if secret.is_dir():
            yield Check(f"list {secret}", "denied", lambda _, at=secret: _list(at), apart=False)  # type: ignore[misc]
            continue
        for path in (secret, Path(f"/proc/self/root{secret}")):
            yield Check(f"open {path}", "denied", lambda _, at=path: _read(at))  # type: ignore[misc]


def _namespace(kind: str) -> int:
    with suppress(OSError):
        return Path(f"/proc/self/ns/{kind}").stat().st_ino
    return 0


def _read(path: Path) -> str:
    with path.open("rb") as stream:  # how much, never what: results are printed
        return f"{len(stream.read(64))} bytes"


def _list(folder: Path) -> str:
    return f"{sum(1 for _ in folder.iterdir())} entries"


def _write_somewhere(folder: Path) -> None:
    path = folder / f"walls-{os.getpid()}-stray"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.unlink()


def _change_mode(path: Path) -> None:
    before = path.stat().st_mode
    path.chmod(0o600 if before & 0o077 else 0o644)
    if path.stat().st_mode == before:
        raise PermissionError(errno.EPERM, "the call did nothing")


def _fork(_: Situation) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _nothing() -> list[str]:
    return [sys.executable, "-I", "-S", "-c", "pass"]


def _spawn(_: Situation) -> int:
    return os.waitpid(os.posix_spawn(sys.executable, _nothing(), {}), 0)[1]


def _call(which: int, *arguments: int) -> int:
    machine = os.uname().machine if sys.platform == "linux" else ""
    if machine not in _CALLS:
        raise PermissionError(errno.EPERM, "not tried: no number of this call is known on this machine")
    return kernel.syscall(_CALLS[machine][which], *arguments)


def _read_memory(found: Situation) -> int:
    """Reads eight bytes of the parent's at an address that is valid there: the child's copy has the same."""
    mine = ctypes.create_string_buffer(8)
    local = ctypes.create_string_buffer(struct.pack("@PN", ctypes.addressof(mine), 8))
    remote = ctypes.create_string_buffer(struct.pack("@PN", id(found), 8))
    return _call(0, found.parent, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0)


def _see_a_process(_: Situation) -> str:
    seen = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names are all it takes
    if not seen:
        raise ProcessLookupError(errno.ESRCH, "there is none")
    return f"{len(seen)} processes"


def _reach(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(address)  # which sends nothing


def _knock(found: Situation) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.connect(f"\0{found.listener}")


def _share(found: Situation) -> str:
    if shared := [kind for kind, number in found.namespaces.items() if _namespace(kind) in (number, 0)]:
        return ", ".join(shared)
    raise PermissionError(errno.EPERM, "each is another")


def _be_the_same(found: Situation) -> str:
    if found.user in (*os.getresuid(), *os.getresgid()) or os.getgroups():
        return f"{os.getresuid()}"
    raise PermissionError(errno.EPERM, f"user {os.getuid()}")


def _many_threads(_: Situation) -> None:
    go = threading.Event()
    size = threading.stack_size(2**16)
    started = []
    try:
        for _number in range(identity.MOST_THREADS + 8):
            started.append(threading.Thread(target=go.wait, daemon=True))
            started[-1].start()
    except RuntimeError as error:
        started.pop()
        raise BlockingIOError(errno.EAGAIN, f"{error} after {len(started)}") from None
    finally:
        go.set()
        for thread in started:
            thread.join(1.0)
        threading.stack_size(size)


def _thread(_: Situation) -> None:
    ran = threading.Event()
    thread = threading.Thread(target=ran.set, daemon=True)
    thread.start()
    thread.join(1.0)
    if not ran.is_set():
        raise RuntimeError("the thread did not run")


def _import_one(_: Situation) -> str:
    for name in _SPARE_MODULES:
        if name not in sys.modules and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
            return name
    raise RuntimeError("every spare module was imported before")


def _read_of_a_package(_: Situation) -> str:
    library = next(Path(sysconfig.get_path("purelib")).glob("*.dist-info/METADATA"), None)
    return _read(library) if library is not None else "no package is installed"


def _product(name: str) -> str:
    library: Any = sys.modules.get(name)
    if library is None:
        return "not imported here"
    ones = library.ones((8, 8))
    if float((ones @ ones).sum()) != 512.0:
        raise RuntimeError("wrong product")
    return "right"


def _write_own(found: Situation) -> None:
    file = found.own / "written"
    file.write_text("x")
    file.unlink()


CHECKS: tuple[Check, ...] = (
    # what submissions need
    Check("run a thread", "allowed", _thread),
    Check("os.urandom", "allowed", lambda _: len(os.urandom(16))),
    Check("time.sleep", "allowed", lambda _: time.sleep(0.001)),
    Check("import a module for the first time", "allowed", _import_one),
    Check("read a file of an installed package", "allowed", _read_of_a_package),
    Check("write into its own folder", "allowed", _write_own),
    Check("numpy product", "allowed", lambda _: _product("numpy")),
    Check("torch product", "allowed", lambda _: _product("torch")),
    # files
    Check("read /etc/passwd", "denied", lambda _: _read(Path("/etc/passwd"))),
    Check("write a file in the temporary folder", "denied", lambda _: _write_somewhere(Path(tempfile.gettempdir()))),
    Check("write a file beside its own folder", "denied", lambda s: _write_somewhere(s.own.parent)),
    Check("change a file's mode", "denied", lambda s: _change_mode(s.ours)),
    Check("list another box's folder", "denied", lambda s: _list(s.neighbour)),
    Check("read another box's file", "denied", lambda s: _read(s.neighbour / "kept")),
    Check("see /etc/passwd", "denied", lambda _: Path("/etc/passwd").stat(), Tier.T2, apart=True),
    Check("see another box's folder", "denied", lambda s: s.neighbour.stat(), Tier.T2, apart=True),
    # processes
    Check("fork", "denied", _fork),
    Check("spawn a process", "denied", _spawn),
    Check("run a subprocess", "denied", lambda _: subprocess.run(_nothing(), capture_output=True).returncode),
    Check("exec another program", "denied", lambda _: _call(3, 0, 0, 0)),
    Check("signal the parent", "denied", lambda s: os.kill(s.parent, 0)),
    Check("signal every process", "denied", lambda _: os.kill(-1, 0), apart=True),
    Check("read the parent's environment", "denied", lambda s: _read(Path(f"/proc/{s.parent}/environ"))),
    Check("read the parent's memory", "denied", _read_memory),
    # PTRACE_SEIZE: unlike PTRACE_ATTACH it does not stop the parent where it is let through
    Check("trace the parent", "denied", lambda s: _call(1, 0x4206, s.parent, 0, 0)),
    Check("see a process in /proc", "denied", _see_a_process, Tier.T2, apart=True),
    # network and other processes' sockets
    Check("open a TCP socket", "denied", lambda _: socket.socket(socket.AF_INET).close()),
    Check("open a unix socket", "denied", lambda _: socket.socket(socket.AF_UNIX).close()),
    Check("connect to this machine", "denied", lambda _: _reach(("127.0.0.1", 9)), apart=True),
    Check("find a way to another machine", "denied", lambda _: _reach(_ELSEWHERE), apart=True),
    Check("connect to a socket of the parent", "denied", _knock, apart=True),
    # powers
    Check("unshare namespaces", "denied", lambda _: _call(2, 0x10000000)),  # CLONE_NEWUSER
    Check("allocate more memory than the limit", "denied", lambda _: len(bytearray(2 * MEMORY_BYTES))),
    Check("share a namespace with the parent", "denied", _share, Tier.T2, apart=True),
    Check("be the parent's user", "denied", _be_the_same, Tier.T3, apart=True),
    Check("become root", "denied", lambda _: os.setuid(0), Tier.T3, apart=True),
    Check("start more threads than a box may", "denied", _many_threads, Tier.T3),
)
