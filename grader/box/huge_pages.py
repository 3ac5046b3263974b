"""Memory laid out so that forks of a process are cheap."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

_MADV_COLLAPSE = 25  # Linux 6.1
_SIZE = 2 << 20
_WORTHWHILE = 64  # forks; where free memory lies in pieces, gathering takes a second, and each saves 10 ms
_AGAIN = 1024  # forks; what the parent writes meanwhile falls back into small pages


class ForkCount:
    """The number of a process's forks so far: when there are many, its memory is gathered in huge pages."""

    def __init__(self) -> None:
        self._number = 0

    def one_more(self) -> None:
        """Count a fork that is about to be made."""
        self._number += 1
        if self._number % _AGAIN == _WORTHWHILE:
            gather_in_huge_pages()


def gather_in_huge_pages() -> None:
    """Have the kernel gather this process's memory in huge pages; where it can't, all stays as it is.

    A fork copies the table of its parent's pages, and takes its copy apart when it ends. With torch imported, that is
    most of the time of a process that does little; with huge pages it is a third.
    """
    if sys.platform != "linux":
        return
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for begin, end in _own_memory():
        if begin < end:
            madvise(begin, end - begin, _MADV_COLLAPSE)


def _own_memory() -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of the parts of memory that no file lies beneath, cut to whole huge pages."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _offset, _device, inode, *name = line.split()
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            begin, end = (int(edge, 16) for edge in span.split("-"))
            yield -(-begin // _SIZE) * _SIZE, end // _SIZE * _SIZE
