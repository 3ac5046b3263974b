"""Reading files that somebody else has named or handed in: a pipe or a device there would be waited for without end."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@contextmanager
def open_plain(file: Path) -> Iterator[BinaryIO]:
    """Open a regular file, links followed, to read its bytes.

    Raises OSError, whose strerror says what it is instead, for anything else; never waits for a writer.
    """
    _require_plain(file, file.stat().st_mode)  # opening a device may already do something
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        _require_plain(file, os.fstat(stream.fileno()).st_mode)  # it may have been replaced since
        yield stream


def read_plain(file: Path) -> bytes:
    """The bytes of a regular file. Raises OSError as `open_plain` does."""
    with open_plain(file) as stream:
        return stream.read()


def read_plain_text(file: Path) -> str:
    """The text of a regular file in UTF-8. Raises OSError as `open_plain` does, and UnicodeDecodeError."""
    return read_plain(file).decode("utf-8").replace("\r\n", "\n")


def _require_plain(file: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a plain file", str(file))
