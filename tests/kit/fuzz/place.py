"""A folder for what a target reads from files: one for this process, in memory where the system has that."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from grader.temporary import remove


@cache
def _here(process: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzzed-"))
    atexit.register(remove, folder)
    return folder


def as_file(name: str, data: bytes) -> Path:
    """Return a file of these bytes, which stays until the next of the same name."""
    file = _here(os.getpid()) / name
    file.write_bytes(data)
    return file


@contextmanager
def empty_folder(name: str) -> Iterator[Path]:
    """Make a folder that is removed in the end, whatever is in it."""
    folder = _here(os.getpid()) / name
    remove(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        remove(folder)
