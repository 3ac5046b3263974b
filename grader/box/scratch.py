"""The folder that a box may write to: its working directory, its temporary folder and its home, thrown away with it.

Student code writes logs, checkpoints and caches; it does so at home, and so it may here. The kernel limits how long one
file may grow, and the judge looks at the whole while it waits for the box.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader import endings, temporary
from grader.temporary import temporary_folder

FILE_BYTES = 64 << 20
MOST_BYTES = 256 << 20
MOST_ENTRIES = 2000
_LOOK_EVERY = 0.25  # seconds
_PREFIX = "grader-boxes-"
_IN_SCRATCH = re.compile(rf"[^\s'\"]*/{_PREFIX}[^/\s]+/[^/\s]+/box-[^/\s]+/(work/|work|tmp|home)")
_KNOWN_AS = {"work/": "", "work": ".", "tmp": "/tmp", "home": "~"}


@contextlib.contextmanager
def folder_of_boxes() -> Iterator[Path]:
    """Make a folder for this process's boxes, and remove it in the end. Remove those of judges that were killed."""
    with temporary_folder(_PREFIX) as folder:
        yield folder


def shown(text: str) -> str:
    """Return a text out of a box with the paths of its folder as students know them."""
    return _IN_SCRATCH.sub(lambda found: _KNOWN_AS[found[1]], text)


def move_in(folder: Path, module: Path) -> Path:
    """Make `folder` this process's place to work, with a copy of the module's folder. Return the copied module."""
    work, temporary, home = folder / "work", folder / "tmp", folder / "home"
    shutil.copytree(module.parent, work, ignore=shutil.ignore_patterns("__pycache__"))
    for made in (temporary, home):
        made.mkdir()
    os.chdir(work)
    os.environ |= {"TMPDIR": str(temporary), "HOME": str(home)}
    tempfile.tempdir = None  # asked for anew
    return work / module.name


class Scratch:
    """A box's folder, from the judge's side."""

    def __init__(self, parent: Path) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="box-", dir=parent))
        self._looked = time.monotonic()

    def look(self, pid: int) -> None:
        """Raise Crashed when there is too much in it. It looks a few times a second at most.

        pid: the box's process; files count that have no name any more, or never had one, as long as it holds them
        """
        if time.monotonic() - self._looked < _LOOK_EVERY:
            return
        entries, size = _extent(self.path)
        size += _nameless(pid)
        self._looked = time.monotonic()
        if size > MOST_BYTES:
            raise endings.Crashed(f"it wrote more than {MOST_BYTES >> 20} MB into files")
        if entries > MOST_ENTRIES:
            raise endings.Crashed(f"it made more than {MOST_ENTRIES} files and folders")

    def remove(self) -> None:
        """Remove it with all that the box left."""
        remove(self.path)


def _extent(folder: Path) -> tuple[int, int]:
    """Return (number of entries, bytes on the disk) below the folder, counted no further than one past a limit."""
    entries = size = 0
    waiting = [str(folder)]
    while waiting and entries <= MOST_ENTRIES and size <= MOST_BYTES:
        try:
            found = os.scandir(waiting.pop())
        except OSError as error:  # it may go at any moment
            if error.errno == errno.ENAMETOOLONG:  # where nobody has any business
                return MOST_ENTRIES + 1, size
            continue
        with found:
            for entry in found:
                entries += 1
                if entries > MOST_ENTRIES:
                    break
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
    return entries, size


def _nameless(pid: int) -> int:
    """Return the bytes of files without a name that a process has open: on the disk, or of memory (memfd)."""
    sizes = {}
    with contextlib.suppress(OSError):  # it has ended, or the system has no /proc
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found = entry.stat()
                if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                    sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values())


def remove(folder: Path) -> None:
    """Remove a folder that untrusted code has filled, whatever its depth, names and modes."""
    temporary.remove(folder)
