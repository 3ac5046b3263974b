"""The attempts that the self-test makes from behind the walls, and the situation outside that they are made on.

An attempt returns when the system let it through, and raises OSError when it was refused.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import importlib.util
import os
import socket
import struct
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.box.walls import kernel, limits

READV, PTRACE, UNSHARE, EXECVE = range(4)
_CALLS = {"x86_64": (310, 101, 272, 59), "aarch64": (270, 117, 97, 221)}
_SPARE_MODULES = ("wave", "colorsys", "stringprep", "rlcompleter", "nturl2path")
_NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts")


@dataclass(frozen=True)
class Situation:
    """The things that the process outside has set up, for checks to be made on.

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
            namespaces={kind: number for kind in _NAMESPACES if (number := namespace(kind))},
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


def namespace(kind: str) -> int:
    with suppress(OSError):
        return Path(f"/proc/self/ns/{kind}").stat().st_ino
    return 0


def read_file(path: Path) -> str:
    with path.open("rb") as stream:  # how much, never what: results are printed
        return f"{len(stream.read(64))} bytes"


def list_folder(folder: Path) -> str:
    return f"{sum(1 for _ in folder.iterdir())} entries"


def write_somewhere(folder: Path) -> None:
    path = folder / f"walls-{os.getpid()}-stray"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.unlink()


def change_mode(path: Path) -> None:
    before = path.stat().st_mode
    path.chmod(0o600 if before & 0o077 else 0o644)
    if path.stat().st_mode == before:
        raise PermissionError(errno.EPERM, "the call did nothing")


def fork(_: Situation) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def nothing() -> list[str]:
    return [sys.executable, "-I", "-S", "-c", "pass"]


def spawn(_: Situation) -> int:
    return os.waitpid(os.posix_spawn(sys.executable, nothing(), {}), 0)[1]


def call(which: int, *arguments: int) -> int:
    machine = os.uname().machine if sys.platform == "linux" else ""
    if machine not in _CALLS:
        raise PermissionError(errno.EPERM, "not tried: no number of this call is known on this machine")
    return kernel.syscall(_CALLS[machine][which], *arguments)


def read_memory(found: Situation) -> int:
    """Reads eight bytes of the parent's at an address that is valid there: the child's copy has the same."""
    mine = ctypes.create_string_buffer(8)
    local = ctypes.create_string_buffer(struct.pack("@PN", ctypes.addressof(mine), 8))
    remote = ctypes.create_string_buffer(struct.pack("@PN", id(found), 8))
    return call(READV, found.parent, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0)


def see_a_process(_: Situation) -> str:
    seen = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names are all it takes
    if not seen:
        raise ProcessLookupError(errno.ESRCH, "there is none")
    return f"{len(seen)} processes"


def reach(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(address)  # which sends nothing


def knock(found: Situation) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.connect(f"\0{found.listener}")


def share(found: Situation) -> str:
    if shared := [kind for kind, number in found.namespaces.items() if namespace(kind) in (number, 0)]:
        return ", ".join(shared)
    raise PermissionError(errno.EPERM, "each is another")


def be_the_same(found: Situation) -> str:
    if found.user in (*os.getresuid(), *os.getresgid()) or os.getgroups():
        return f"{os.getresuid()}"
    raise PermissionError(errno.EPERM, f"user {os.getuid()}")


def many_threads(_: Situation) -> None:
    go = threading.Event()
    size = threading.stack_size(2**16)
    started = []
    try:
        for _number in range(limits.MOST_THREADS + 8):
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


def thread(_: Situation) -> None:
    ran = threading.Event()
    thread = threading.Thread(target=ran.set, daemon=True)
    thread.start()
    thread.join(1.0)
    if not ran.is_set():
        raise RuntimeError("the thread did not run")


def import_one(_: Situation) -> str:
    for name in _SPARE_MODULES:
        if name not in sys.modules and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
            return name
    raise RuntimeError("every spare module was imported before")


def read_of_a_package(_: Situation) -> str:
    library = next(Path(sysconfig.get_path("purelib")).glob("*.dist-info/METADATA"), None)
    return read_file(library) if library is not None else "no package is installed"


def product(name: str) -> str:
    library: Any = sys.modules.get(name)
    if library is None:
        return "not imported here"
    ones = library.ones((8, 8))
    if float((ones @ ones).sum()) != 512.0:
        raise RuntimeError("wrong product")
    return "right"


def write_own(found: Situation) -> None:
    file = found.own / "written"
    file.write_text("x")
    file.unlink()
