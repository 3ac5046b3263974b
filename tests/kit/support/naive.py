"""Graders as one would write them at first, and what an attack does to them: `python -m support.naive`.

A line of JSON on standard input asks for each: {"name", "folder", "module", "function", "course", "how", "patience"};
a line of effects answers, words of the vocabulary that the docstrings of attacks use. `patience` is in seconds, `how`:

call    import the module, call the function, compare, and leave with the exit status, in one process
kit     the same with the kit's own session and wire, without a process between them
read    read what was handed in, as it was named and packed
pytest  run pytest in the folder of the submission

Each is tried in a fork, with a parent that reads what comes on descriptor 3 and believes it. Whatever it leaves is
removed: processes are found as descendants, files by their name, grader-attack-….
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import torch

from grader.box.scratch import remove
from support import naive_reading
from support.naive_comparison import CASES

_MUCH = 800 << 20  # bytes
_ROOM = 3 << 30  # bytes that may be mapped on top of what is: this machine has others to serve
_SHARED = ("/tmp", "/dev/shm", "/var/tmp")
_PR_SET_CHILD_SUBREAPER = 36


def effects(order: dict[str, Any]) -> list[str]:
    """Try one attack. Return what became of the grader."""
    course = Path(order["course"])
    (course / "out").mkdir(exist_ok=True)
    (course / "out" / "journal.jsonl").touch()
    place = tempfile.mkdtemp(prefix="naive-")
    try:
        work, printed, told = (Path(place) / name for name in ("work", "printed", "told"))
        shutil.copytree(order["folder"], work, symlinks=True) if order["how"] != "read" else work.mkdir()
        hidden, disk = _hidden_memory(), _used(place)
        pid = os.fork()
        if pid == 0:
            try:
                _parent(order, work, printed, told, course)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        found = _watched(pid, place, order["patience"], hidden, disk)
        found |= _told(told, printed)
        left = [f for p in (*_SHARED, course / "tests") for f in Path(p).glob("grader-attack*")]
        for file in left:
            file.unlink()
        found |= {"a file is left"} if left else set()
    finally:
        remove(Path(place))
    if {"it passes", "the grader ends", "the grader hangs"}.isdisjoint(found):
        found.add("it fails")
    return sorted(found)


def _parent(order: dict[str, Any], work: Path, printed: Path, told: Path, course: Path) -> None:
    """The parent of the process that grades, in a group of its own. Never return."""
    os.setsid()
    os.chdir(course)
    out = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for fd in (1, 2):
        os.dup2(out, fd)
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (mapped + _ROOM, mapped + _ROOM))
    secret = (course / "secret").read_bytes() if (course / "secret").exists() else b""
    results = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(word: str) -> None:
        os.write(results, word.encode() + b"\n")

    if order["how"] == "read":
        naive_reading.read_all(Path(order["folder"]), work, tell)
        tell("done")
        os._exit(0)
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        mine.close()
        os.dup2(theirs.fileno(), 3)
        os.chdir(work)
        _child(order, work, tell)
    theirs.close()
    reader = threading.Thread(target=naive_reading.read_channel, args=(mine, tell), daemon=True)
    reader.start()
    status = os.waitpid(child, 0)[1]
    reader.join(10)
    tell("done" if os.waitstatus_to_exitcode(status) == 0 and secret is not None else "a bad end")
    os._exit(0)


def _child(order: dict[str, Any], work: Path, tell: Any) -> None:
    """The process that grades, and the submission in it."""
    sys.path.insert(0, str(work))
    if order["how"] == "pytest":
        (work / "test_it.py").write_text(
            f"import sys; sys.path.insert(0, '.')\nfrom {order['module']} import *\n"
            f"def test(): assert {order['function']}(3) == 6\n"
        )
        options = ["-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider", "test_it.py"]
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *options])
    sys.path.append(str(Path(__file__).parent))  # naive_comparison, which the submission may replace
    naive_reading.grade(order, tell)
    sys.stdout.flush()
    naive_reading.say_goodbye()
    os._exit(0)


def _watched(pid: int, place: str, patience: float, hidden: int, disk: int) -> set[str]:
    """Wait for the parent, and see what it takes meanwhile. End it when it takes too long, with all it started."""
    found: set[str] = set()
    deadline = time.monotonic() + patience
    ended = False
    while not ended and time.monotonic() < deadline:
        ended = os.waitpid(pid, os.WNOHANG)[0] == pid
        time.sleep(0.02)
        if _hidden_memory() - hidden > _MUCH:
            found.add("memory is hidden")
        if _used(place) - disk > _MUCH:
            found.add("a disk fills")
        if any(_resident(p) > _MUCH + _resident(os.getpid()) for p in _descendants()):
            found |= {"memory is taken", "the reader grows"}
    if not ended:
        found |= {"the grader hangs", "the reader hangs"}
    if ended and _descendants():
        found.add("a process is left")
    while left := _descendants():
        for process in left:
            os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            break
        time.sleep(0.01)
    return found


def _told(told: Path, printed: Path) -> set[str]:
    words = set(told.read_text().splitlines()) if told.exists() else set()
    found = words - {"done", "a bad end", "it ended"}
    if "done" not in words:
        found |= {"the grader ends", "the reader dies"}
    elif not words & {"it passes", "it fails", "it raises"}:
        found.add("pytest passes")  # or left with status 0, and nobody knows better
        found.add("the grader ends")
    with open(printed, "rb") as stream:
        if b"grader-attack" in stream.read(64 << 20):
            found |= {"it is printed", "the reader prints"}
    return found


def _hidden_memory() -> int:
    """Return the bytes of memory that belong to files without a disk, on the whole machine."""
    text = Path("/proc/meminfo").read_text()
    return int(text.partition("Shmem:")[2].split()[0]) << 10


def _used(place: str) -> int:
    found = os.statvfs(place)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _descendants() -> list[int]:
    """Return the processes that this one has started, and those that they have; this one inherits orphans."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(folder.name)] = int(parent)
    found, mine = [], {os.getpid()}
    while new := [pid for pid, parent in parents.items() if parent in mine and pid not in mine]:
        found += new
        mine |= set(new)
    return found


def main() -> None:
    """Answer line by line."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    torch.set_num_threads(1)
    assert CASES
    for line in sys.stdin:
        print(json.dumps(effects(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
