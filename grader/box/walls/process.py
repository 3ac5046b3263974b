"""The first steps of a box's process: give up privileges, inherited descriptors, and life beyond its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from grader.box.walls import kernel

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
_CAPGET = {"x86_64": 125, "aarch64": 90}
_CAPSET = {"x86_64": 126, "aarch64": 91}


def no_new_privs() -> None:
    """No execve may ever grant more than the process has now; Landlock and seccomp ask for this first."""
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(expected_parent_pid: int) -> None:
    """Have the process killed when its parent ends; end it here when the parent has already gone.

    "Parent" is the thread that forked: fork from the main thread, or from one that lives as long.
    """
    if sys.platform == "linux":
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != expected_parent_pid:  # it died between the fork and the line above
        os._exit(1)


def close_other_fds(keep: Iterable[int]) -> None:
    """Closes every descriptor except 0, 1, 2 and those in `keep`.

    Landlock guards what is opened after it, not what was open before: an inherited descriptor is a hole.
    """
    kept = sorted({0, 1, 2, *keep})
    try:
        highest = max(int(entry.name) for entry in Path("/dev/fd").iterdir())
    except OSError:
        highest = os.sysconf("SC_OPEN_MAX")
    for low, high in zip(kept, [*kept[1:], highest + 1], strict=True):
        os.closerange(low + 1, high)


def drop_capabilities() -> None:
    """Takes all powers from a process that has some: because it runs as root, or in a user namespace.

    Only root's power to read any file stays: an interpreter in another user's private folder must go on
    importing, and Landlock decides what may be read at all. Raises OSError.
    """
    machine = os.uname().machine
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for bits 32 and up
    kernel.syscall(_CAPGET[machine], ctypes.addressof(head), ctypes.addressof(sets))
    stays = sets[1] & (1 << _CAP_DAC_READ_SEARCH) if os.geteuid() == 0 else 0
    sets[:] = [sets[0] & stays, stays, 0, 0, 0, 0]
    kernel.syscall(_CAPSET[machine], ctypes.addressof(head), ctypes.addressof(sets))


def thread_count() -> int:
    """Threads of this process; 1 where the system does not say."""
    with contextlib.suppress(OSError):
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    return 1
