"""Temporary folders: they go with the process that made them, whatever is in them and however it ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.files import FilesError, locked

_BEING_MADE = 60.0  # seconds in which a folder gets its lock


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Make a folder, and remove it in the end. Remove those of this prefix whose processes were killed.

    prefix: of its name, for this use alone, such as "grader-boxes-"
    """
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        # The lock goes with its process, and tells more than its number would: containers may share the folder.
        with contextlib.suppress(OSError, FilesError):
            if _may_be_left_over(left.lstat()):
                with locked(left):
                    remove(left)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        with locked(folder):
            yield folder
    finally:
        remove(folder)


def _may_be_left_over(found: os.stat_result) -> bool:
    """Return True for a folder, no link, of this user's, that is not being made at this moment."""
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.getuid()
        and time.time() - found.st_mtime > _BEING_MADE
    )


def remove(folder: Path) -> None:
    """Remove a folder that somebody else has filled, whatever its depth, names and modes."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists() and sys.platform != "win32":
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(folder)], stderr=subprocess.DEVNULL, check=False)
