"""The box's own loop: raise the walls, import the module, answer each request until the channel closes."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.box import session, wire
from grader.box.devices.device import Device
from grader.box.guard import Guard
from grader.box.scratch import FILE_BYTES, move_in
from grader.box.sight.compiling import nothing_compiled
from grader.box.walls import WallError, Walls, default_readable, raise_walls, visible, without_packages
from grader.box.walls.process import close_other_fds, die_with_parent
from grader.box.walls.tiers import Tier
from grader.course import load_module
from grader.course.loading import HelperModules
from grader.encodable import take_any_text
from grader.endings import BoxFault, Broken

CHANNEL = 3
_REACH = (
    "when it is graded, a submission reads and writes only its own folder, which is the working directory, "
    "tempfile's and the home folder"
)
_OWN_FILES = "when it is graded, a submission sees no files but its own"
_NO_SYSTEM = (
    "when it is graded, a submission starts no processes and opens no sockets, as DataLoader's workers, "
    "multiprocessing, subprocess and asyncio do"
)
_NO_KIT = "when it is graded, the course's own kit is out of reach: leave out what comes from grader"
_NO_DATA = (
    "of the files beside the module, only Python files that can be imported are there when it is graded"
)
_KIT = str(Path(__file__).resolve().parents[1])
_KIT_NAME = __name__.partition(".")[0]
_CHUNK = 2**16


def run(spec: dict[str, Any], channel: socket.socket, fault: str = "", user: int | None = None) -> None:
    """Become the box that `spec` describes. Never return.

    fault: the reason why this process can't, if there is one
    user:  the number of the user that it becomes, if it has one of its own
    """
    _detach(channel)
    if fault:
        _send({"fault": fault})
        os._exit(0)
    try:
        module_path, device, probes = _move_behind_walls(spec, user)
    except (BoxFault, WallError, OSError, ValueError) as error:
        _send({"fault": str(error)})
        os._exit(0)
    folder = module_path.parent
    dependencies = [Path(folder) for folder in spec["dependencies"]]
    _send({"walls": "up"})
    _receive()  # the judge has read this. From here on, whatever is said may be the submission's words
    try:
        helpers = HelperModules(folder, *dependencies)
        guard = Guard(spec["forbidden"], alone=True, for_good=True)
        with nothing_compiled(), guard.importing():
            module = load_module(module_path, fresh=True, helpers=helpers)
        box = session.Session(module, probes, guard, device, helpers)
        _send({"ready": True})
        _serve(box)
    except BaseException as error:
        reply = _explained(error, folder)
        reply["text"] = f"{type(error).__name__}: {reply['text']}"[:500]
        _send({**reply, "ended": Broken.__name__})
    os._exit(0)


def _move_behind_walls(spec: dict[str, Any], user: int | None) -> tuple[Path, Device, ModuleType | None]:
    """Copy the submission into the box's own folder, raise the walls and start the device.

    Return the copied module, the device, and the unit's probes. Raise BoxFault, WallError, OSError or ValueError.
    """
    on_gpu = spec["device"] == "cuda"
    if on_gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = _own_gpu(spec["gpu"])
    probes = None
    if spec["probes"] and (file := Path(spec["probes"])).exists():
        probes = load_module(file)  # before the walls: the tests' folder is out of reach behind them
    device = Device(spec["device"])
    readable, listable = without_packages(default_readable(), spec["unreadable"])
    scratch = Path(spec["scratch"]).resolve()
    try:
        module_path = move_in(scratch, Path(spec["module"]))
    except OSError as error:
        raise BoxFault(f"the submission could not be copied into its box: {error}") from error
    raise_walls(
        Walls(
            tier=Tier[spec["tier"]],
            readable=(*readable, *map(Path, spec["dependencies"])),
            listable=listable,
            writable=(scratch,),
            memory_bytes=spec["memory_bytes"],
            cpu_seconds=spec["cpu_seconds"],
            hidden=(),
            file_bytes=FILE_BYTES,
            on_gpu=on_gpu,
            visible=visible(),
            copied=tuple(map(Path, spec["dependencies"])),
            user=user,
        )
    )
    device.start(spec["gpu_bytes"])
    return module_path, device, probes


def _own_gpu(number: int) -> str:
    """Return the CUDA_VISIBLE_DEVICES with which the box sees only this one of the GPUs visible here."""
    listed = [entry for entry in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if entry]
    return listed[number] if listed else str(number)


def _serve(box: session.Session) -> None:
    while (message := _receive()) is not None:
        try:
            reply = box.perform(wire.unpack(message), lambda result: wire.pack({"value": result}))
        except BaseException as error:
            reply = wire.pack(_explained(error, box.folder) | {"last": _unusable_from_now_on(error)})
        _write(reply)


def _explained(error: BaseException, folder: Path) -> dict[str, Any]:
    reply = session.explain(error, folder)
    why = ""
    if isinstance(error, OSError):
        why = _why_denied(error, folder, apart=os.getpid() == 1)
    elif isinstance(error, ImportError) and str(error.name).partition(".")[0] == _KIT_NAME:
        why = _NO_KIT  # from T2 on, it isn't even there
    if why:
        reply["text"] = f"{reply['text'][:300]} ({why})"
    return reply


def _why_denied(error: OSError, folder: Path, apart: bool) -> str:
    """Return what of this differs from home, where the same call may have succeeded."""
    if isinstance(error, FileNotFoundError):
        file = Path(os.fsdecode(error.filename or "/"))
        if not file.is_absolute() or file.is_relative_to(folder):
            return _NO_DATA
        # From T2 on, what is out of reach isn't there.
        return _OWN_FILES if apart and not file.is_relative_to(folder.parent) else ""
    if error.errno == errno.EROFS:
        return _REACH
    if not isinstance(error, PermissionError):
        return ""
    if error.filename is None and error.errno == errno.EPERM:  # the filter of calls, which knows no files
        return _NO_SYSTEM
    return _NO_KIT if str(error.filename).startswith(_KIT + os.sep) else _REACH


def _unusable_from_now_on(error: BaseException) -> bool:
    """Return True when the GPU can't be used again in this process, as after an index out of range there."""
    return "CUDA error" in str(error)


def _receive() -> bytearray | None:
    """Return one whole message, or None when the judge has closed the channel. The judge sends one at a time."""
    # read and write, not recv and send: behind the walls sockets are out of reach, this one included.
    message = bytearray()
    needed = wire.HEAD_SIZE
    while len(message) < needed:
        chunk = os.read(CHANNEL, _CHUNK)
        if not chunk:
            return None
        message += chunk
        if needed == wire.HEAD_SIZE <= len(message):
            needed += wire.body_size(bytes(message[: wire.HEAD_SIZE]))
    return message


def _write(message: bytes) -> None:
    view = memoryview(message)
    while len(view):
        view = view[os.write(CHANNEL, view[: 2**20]) :]


def _send(reply: dict[str, Any]) -> None:
    _write(wire.pack(reply))


def _detach(channel: socket.socket) -> None:
    """Keep four descriptors: an empty input, two outputs that lead nowhere, and the channel."""
    die_with_parent(os.getppid())
    os.setsid()
    os.dup2(channel.fileno(), CHANNEL)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    take_any_text(sys.stdout, sys.stderr)  # as under pytest, where every print succeeds
    close_other_fds({0, 1, 2, CHANNEL})
    sys.argv = ["submission"]
