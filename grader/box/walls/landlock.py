"""Landlock: which files a process may still open. Needs no privileges, only Linux 5.13 or newer.

What Landlock does not guard, whatever the ABI: stat, access, readlink, chdir and getxattr (that a path
exists, and how long the file is, can still be seen), and descriptors that are open already. Changing modes,
owners, times and attributes is not guarded either: seccomp denies it.

The numbers are those of <linux/landlock.h>; the system calls have the same number on every architecture.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.box.walls import kernel
from grader.box.walls.tiers import WallError

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK = 1 << 6, 1 << 7, 1 << 8, 1 << 9
MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = 1 << 10, 1 << 11, 1 << 12
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_FIRST_ABI_RIGHTS = (1 << 13) - 1  # everything up to MAKE_SYM
_RIGHTS_SINCE = {2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}
_NET_SINCE, _NET_RIGHTS = 4, 0b11  # bind TCP, connect TCP
_SCOPE_SINCE, _SCOPES = 6, 0b11  # abstract unix sockets, signals

_FOR_READING = READ_FILE | READ_DIR
_FOR_WRITING = (
    _FOR_READING | WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE | REMOVE_DIR | REFER
)  # REFER: to move what lies in them, but nothing in or out
_FOR_DRIVING = _FOR_READING | WRITE_FILE | IOCTL_DEV
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
_NOTHING_THERE = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP}


def abi_version() -> int:
    """Return the Landlock ABI of the running kernel, 1 or more; 0 without Landlock."""
    if sys.platform != "linux":
        return 0
    try:
        return kernel.syscall(_CREATE_RULESET, 0, 0, _VERSION_FLAG)
    except OSError:
        return 0


def handled_rights(abi: int) -> int:
    """Return every right to files that this ABI knows: a right that is handled and not granted is denied."""
    return _FIRST_ABI_RIGHTS | sum(right for since, right in _RIGHTS_SINCE.items() if abi >= since)


def ruleset_attr(abi: int) -> bytes:
    """Return struct landlock_ruleset_attr, as long as this ABI expects it."""
    fields = [handled_rights(abi)]
    if abi >= _NET_SINCE:
        fields.append(_NET_RIGHTS)
    if abi >= _SCOPE_SINCE:
        fields.append(_SCOPES)
    return struct.pack(f"={len(fields)}Q", *fields)


def restrict(
    *,
    readable: Sequence[Path],
    writable: Sequence[Path] = (),
    listable: Sequence[Path] = (),
    devices: Sequence[Path] = (),
) -> None:
    """Restrict this process to opening files in these paths, for good.

    A path is a file or a folder with all it holds; symbolic links are followed, and "/proc/self" means the
    process that calls. Missing paths are skipped. `writable` grants reading as well; /dev/null is always
    writable. `listable` folders, and those below them, may be listed. `devices` may be read, written and driven.
    Nothing may be executed. Where the ABI
    allows, TCP, signals to processes outside and abstract unix sockets are shut off too.

    Only the calling thread is restricted, and threads it makes later. Raises WallError where there is no
    Landlock, OSError when the kernel refuses (no_new_privs was not set).
    """
    abi = abi_version()
    if abi < 1:
        raise WallError("this machine has no Landlock (Linux 5.13 or newer, with `landlock` among its LSMs)")
    handled = handled_rights(abi)
    attr = ctypes.create_string_buffer(packed := ruleset_attr(abi), len(packed))
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.addressof(attr), len(packed), 0)
    try:
        for path in readable:
            _grant(ruleset, path, _FOR_READING & handled)
        for path in listable:
            _grant(ruleset, path, READ_DIR & handled)
        for path in devices:
            _grant(ruleset, path, _FOR_DRIVING & handled)
        for path in (*writable, Path("/dev/null")):
            _grant(ruleset, path, _FOR_WRITING & handled)
        kernel.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: Path, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NOTHING_THERE:
            return
        raise
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _OF_A_FILE
        rule = ctypes.create_string_buffer(packed := struct.pack("=Qi", rights, beneath), len(packed))
        kernel.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(beneath)
