"""Resource limits: a backstop behind the judge's own clocks, and the only wall against huge allocations."""

from __future__ import annotations

import math
import os
import signal
import sys
from pathlib import Path

from grader.box.walls import gpu

OPEN_FILES = 128
MOST_THREADS = 256  # in a box: each takes a number that no other process on the machine can then have


def set_limits(
    *,
    memory_bytes: int,
    cpu_seconds: int,
    file_bytes: int = 0,
    on_gpu: bool = False,
    threads: int | None = None,
) -> None:
    """Limit the calling process for good (soft and hard limits alike).

    memory_bytes: address space on top of what is mapped now (bytes), so that a warm zygote's torch does
                  not count. Each thread maps some of its own: its stack and a heap arena.
    cpu_seconds:  CPU time of all threads from now on (seconds, rounded up by at most one).
    file_bytes:   how long a file may grow (bytes). At 0 nothing can be written to any regular file, so
                  standard output and standard error must be pipes or /dev/null.

    on_gpu:       limit writable memory instead of address space, of which CUDA reserves more than there is
                  memory, and leave some for CUDA itself; more files may be open.

    threads:      how many threads the user of this process may have, all processes together; for a user that has
                  no other

    The stack and locked memory stay as they are. Raises OSError or ValueError when Linux refuses; on other
    systems what is refused is skipped, and on Windows, which has no such limits, nothing is done.
    """
    if memory_bytes <= 0 or cpu_seconds <= 0 or file_bytes < 0:
        raise ValueError(f"limits must be positive: {memory_bytes=}, {cpu_seconds=}, {file_bytes=}")
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing too much is an OSError, not a death
    open_files = gpu.OPEN_FILES if on_gpu else OPEN_FILES
    wanted = [
        (resource.RLIMIT_CPU, cpu, cpu + 1),  # SIGXCPU says what happened; SIGKILL a second later is sure
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),
        (resource.RLIMIT_NOFILE, open_files, open_files),
    ]
    if sys.platform == "linux" and on_gpu:
        data = _writable_bytes() + memory_bytes + gpu.CUDA_OWN_BYTES
        wanted.append((resource.RLIMIT_DATA, data, data))
    elif sys.platform == "linux":
        space = _mapped_bytes() + memory_bytes
        wanted.append((resource.RLIMIT_AS, space, space))
    if threads is not None:
        wanted.append((resource.RLIMIT_NPROC, threads, threads))
    for which, soft, hard in wanted:
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:  # never ask for more than an administrator left us
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        try:
            resource.setrlimit(which, (soft, hard))
        except (OSError, ValueError):
            if sys.platform == "linux":
                raise


def _mapped_bytes() -> int:
    return _pages(0)


def _writable_bytes() -> int:
    return _pages(5)


def _pages(column: int) -> int:
    """A column of statm, in bytes."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[column])
    return pages * os.sysconf("SC_PAGE_SIZE")
