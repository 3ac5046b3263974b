"""System calls that Python has no name for. Loaded lazily, so that the package imports on any OS."""

from __future__ import annotations

import ctypes
import functools
import os
from typing import Any


@functools.cache
def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def syscall(number: int, *args: int) -> int:
    """Make the raw call; every argument is passed as a full machine word. Raise OSError."""
    return _checked(_libc().syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in args)))


def prctl(option: int, *args: int) -> int:
    """Call prctl(2), with omitted arguments set to 0. Raise OSError."""
    words = [ctypes.c_ulong(a) for a in (*args, 0, 0, 0, 0)[:4]]
    return _checked(_libc().prctl(ctypes.c_int(option), *words))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return int(result)
