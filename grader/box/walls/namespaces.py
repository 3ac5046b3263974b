"""Namespaces: a box sees no process, no network and no queue but its own. Linux makes them for ordinary users, too.

Two steps. The process that boxes are forked from enters a user namespace once, in which it has the powers to make the
others, and mount, network, IPC and host-name namespaces, which all its boxes share: an empty network costs most when it
is taken down, and a box can use none of them in any case. `enter` does so. Each box is then forked into a process
namespace of its own (`Forks`), whose first process it is: nothing outlives it.

Bubblewrap does the same from outside, for a program that it starts. A box isn't started: it is forked from an
interpreter that has imported torch, in milliseconds where a start takes seconds. So the calls are made here.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from grader.box.walls import kernel, syscalls
from grader.box.walls.process import close_other_fds, thread_count
from grader.box.walls.tiers import WallError

CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_SHARED = _CLONE_NEWUSER | CLONE_NEWNS | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_MNT_DETACH = 2
_PR_SET_PDEATHSIG = 1
_SETTINGS = (  # a file, what it says where ordinary users get no namespaces, and the words for it
    ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces is 0"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone is 0"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "AppArmor keeps them from ordinary users (kernel.apparmor_restrict_unprivileged_userns is 1)",
    ),
)


def call(name: str, *args: int) -> int:
    """Make one of the calls that a box may not make, by its name. Raise OSError."""
    return kernel.syscall(syscalls.denied(os.uname().machine)[name], *args)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Call mount(2). Raise OSError."""
    texts = [ctypes.create_string_buffer(os.fsencode(t)) for t in (source, target, kind, options)]
    source_at, target_at, kind_at, options_at = (ctypes.addressof(t) for t in texts)
    try:
        call("mount", source_at, target_at, kind_at if kind else 0, flags, options_at if options else 0)
    except OSError as error:
        raise OSError(error.errno, f"{os.strerror(error.errno or 0)}, when {source} was mounted") from None


def make_root() -> None:
    """Make the mount at the working directory the root, and detach the old one with all it holds. Raise OSError."""
    here = ctypes.create_string_buffer(b".")
    # The old root comes to lie over the new one.
    call("pivot_root", ctypes.addressof(here), ctypes.addressof(here))
    call("umount2", ctypes.addressof(here), _MNT_DETACH)


def why_none() -> str:
    """Return the setting of this machine that keeps user namespaces away, in words; a guess where none does."""
    for file, value, words in _SETTINGS:
        try:
            if Path(file).read_text().strip() == value:
                return words
        except OSError:
            continue
    return "a container without CAP_SYS_ADMIN, or a filter of system calls, may keep them away"


def enter(keep: Iterable[int] = ()) -> None:
    """Put what is forked from this process into namespaces of its own. Return in such a child.

    The caller never returns. It waits for that child, and ends as it does: a process namespace begins with a new
    process. Until then it keeps these descriptors open. Raise WallError where the machine makes no namespaces, or
    there is more than one thread.
    """
    if (threads := thread_count()) != 1:
        raise WallError(f"namespaces are entered by a process with one thread: this one has {threads}")
    try:
        _unshare()
        mount("none", "/", flags=_MS_REC | _MS_PRIVATE)
    except OSError as error:
        raise WallError(f"this machine makes no namespaces: {error}; {why_none()}") from error
    _go_on_in_a_child(keep)


def _unshare() -> None:
    """Enter the shared namespaces, while a process outside stands by to say which users there are in them."""
    me, go, done = os.getpid(), os.pipe(), os.pipe()
    helper = os.fork()
    if helper == 0:
        try:
            os.close(go[1])
            if os.read(go[0], 1):
                _write_maps(me)
                os.write(done[1], b"x")
        finally:
            os._exit(0)
    os.close(go[0])
    os.close(done[1])
    try:
        call("unshare", _SHARED)
        os.write(go[1], b"x")
    finally:
        os.close(go[1])
        mapped = os.read(done[0], 1)
        os.close(done[0])
        os.waitpid(helper, 0)
    if not mapped:
        raise WallError(f"no users could be brought into a user namespace; {why_none()}")


def _write_maps(pid: int) -> None:
    """Give the user namespace of `pid` the users of this one, under their own numbers: all, or the one we are."""
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # root without CAP_SETUID, in a container
            for kind in ("uid", "gid"):
                lines = [line.split() for line in Path(f"/proc/self/{kind}_map").read_text().splitlines()]
                Path(f"/proc/{pid}/{kind}_map").write_text(
                    "".join(f"{inside} {inside} {count}\n" for inside, _, count in lines)
                )
            return
    Path(f"/proc/{pid}/setgroups").write_text("deny")
    Path(f"/proc/{pid}/uid_map").write_text(f"{os.geteuid()} {os.geteuid()} 1")
    Path(f"/proc/{pid}/gid_map").write_text(f"{os.getegid()} {os.getegid()} 1")


def _go_on_in_a_child(keep: Iterable[int]) -> None:
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        _stand_by(child, ready[0], go[1], keep)
    kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(go[1])
    os.write(ready[1], b"x")
    if not os.read(go[0], 1):  # it died before the line above: no number tells, for it has none in here
        os._exit(1)
    for end in (*ready, go[0]):
        os.close(end)


def _stand_by(child: int, ready: int, go: int, keep: Iterable[int]) -> NoReturn:
    """Wait for the child, and end as it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, which the child gets as well
    close_other_fds({ready, go, *keep})
    if os.read(ready, 1):
        with contextlib.suppress(BrokenPipeError):
            os.write(go, b"x")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(status if status >= 0 else 128 - status)


class Forks:
    """Forks processes into process namespaces of their own, from one that has entered the shared namespaces."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """Fork. Return 0 in the child, the first process of its namespace; its number in ours here. Raise OSError."""
        call("unshare", _CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid == 0:
                os.close(self._own)
            else:  # the next one gets another
                call("setns", self._own, _CLONE_NEWPID)
        return pid
