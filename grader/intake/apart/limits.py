"""The limits of the reading process."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

SECONDS = 20  # of the processor's time, to read one submission
OF_CLASS = 600  # of the processor's time, to list or unpack what is a whole class's
WAIT = 15  # times as long on the clock, of a machine that has much else to do
MEMORY = 3 << 29  # bytes: 1.5 GB
_ADDRESSES = 6 << 30  # bytes, files that are mapped included
_FILE = 1 << 30  # bytes, of one file that it writes
_OPEN_FILES = 256


def set_limits() -> None:
    """Limit this process for good; nothing on Windows, where the clock alone ends it."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_AS, _ADDRESSES),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(what, most)


def limit_time(seconds: float) -> None:
    """Have the kernel end this process after so many more seconds of the processor's time."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds))


def has_grown() -> bool:
    """Return True if this process holds a third of its memory: another one takes less. False without a /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") > MEMORY // 3
    except (OSError, ValueError, IndexError, AttributeError):
        return False


def _lower(what: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
