"""The end of what a student's code prints, kept apart from the worker's own channel."""

from __future__ import annotations

import io
import os
import sys
from typing import BinaryIO

MOST_KEPT = 4000  # bytes, as pytest shows of each test


def own_channels() -> tuple[BinaryIO, BinaryIO]:
    """Return this process's standard input and output as streams of its own; in their place is nothing from now on.

    Whatever reads or writes descriptors 0, 1 and 2 afterwards, in Python, in C or in a process that the student's code
    starts, reaches neither the front nor the screen.
    """
    orders, reports = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    read, write = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_WRONLY)
    os.dup2(read, 0)
    os.dup2(write, 1)
    return orders, reports


def silence_errors() -> None:
    """Drop what is written to descriptor 2. Until the worker is ready, it says there why it is not."""
    os.dup2(1, 2)


class _End(io.RawIOBase):
    """Keeps the end of what is written."""

    def __init__(self) -> None:
        self.kept = b""
        self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        new = bytes(data)  # type: ignore[call-overload]
        kept = self.kept + new
        self.kept = kept[-MOST_KEPT:]
        self.dropped += len(kept) - len(self.kept)
        return len(new)


class Prints:
    """Stands in for standard output and error while a student's code runs."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start anew: a test may have closed the streams, or put others in their place."""
        self._end = _End()
        self._stream = io.TextIOWrapper(
            io.BufferedWriter(self._end), encoding="utf-8", errors="backslashreplace", write_through=True
        )
        sys.stdout = sys.stderr = self._stream

    def taken(self) -> str:
        """Return the end of what was printed since the beginning."""
        if not self._stream.closed:
            self._stream.flush()
        text = self._end.kept.decode("utf-8", "backslashreplace").strip()
        return f"({self._end.dropped} bytes before this are left out)\n{text}" if self._end.dropped else text
