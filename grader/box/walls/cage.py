"""The files that exist for a box: what Python and torch read, its own folder, and of /proc itself. Nothing else.

Landlock, behind which a box lives at every tier, denies what is opened and lets `stat` tell that a file is there, and
how long it is. In a cage it isn't there. A cage is a mount namespace. Its root is an empty tmpfs with read-only mounts
of what may be seen. No other process shows up in /proc: only the folder of the box's own process is mounted there.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import shutil
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.box.walls import namespaces
from grader.box.walls.namespaces import mount
from grader.box.walls.tiers import WallError

_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC = 0x2, 0x4, 0x1000, 0x4000
_RDONLY, _NOSUID, _NODEV = 0x1, 0x2, 0x4  # of mount_setattr(2)
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PROC_SELF = Path("/proc/self")
_SIZE = "64m"  # of all that is copied into a cage


def move_in(visible: Sequence[Path], copied: Sequence[Path], own: Path) -> None:
    """Make a cage and move into it, for good. Only who has entered the namespaces may; the working directory stays.

    visible: files and folders that can be seen there as they are here, to be read
    copied:  folders of which the cage has a copy that anyone may read, at the same place
    own:     the box's folder, which stays writable. The root of the cage is mounted over its parent, whose other
            folders are other boxes' own

    Missing paths are skipped. Raise OSError, and WallError where a mount is refused.
    """
    here = Path.cwd()
    mask = os.umask(0o022)
    try:
        namespaces.call("unshare", namespaces.CLONE_NEWNS)
        itself = os.open(own, os.O_PATH | os.O_CLOEXEC)
        mount(
            "tmpfs", str(own.parent), "tmpfs", _MS_NOSUID | _MS_NODEV, f"mode=755,size={_SIZE},nr_inodes=20k"
        )
        os.chdir(own.parent)
        _furnish(visible, copied, own, itself)
        os.close(itself)
        namespaces.make_root()
        os.chdir(here)
    except OSError as error:
        raise WallError(f"no cage of files could be made for a box: {error}") from error
    finally:
        os.umask(mask)


def _furnish(visible: Sequence[Path], copied: Sequence[Path], own: Path, itself: int) -> None:
    """Fill the root of a cage, which is the working directory."""
    places = plan(tuple(visible))
    for made in places.folders:
        os.mkdir(made)  # noqa: PTH102 - each box pays for these lines: no Path each time
    for file in places.files:
        os.mknod(file)
    for place, target in places.links.items():
        os.symlink(target, place)  # noqa: PTH211
    for folder in copied:
        if folder.exists() and not any(folder.resolve().is_relative_to(seen) for seen in places.mounts):
            _bring(folder)
    _below(own).mkdir(parents=True, exist_ok=True)
    for path in places.mounts:  # only now: nothing is made in a folder that is the machine's
        mount(str(path), str(path)[1:], flags=_MS_BIND | _MS_REC)
    _set(Path(), _RDONLY | _NOSUID, _AT_RECURSIVE)
    mount(f"/proc/self/fd/{itself}", str(_below(own)), flags=_MS_BIND)
    _set(_below(own), _NOSUID | _NODEV, 0)


@dataclass(frozen=True)
class Plan:
    """The mounts, folders and links that show some paths in a cage. Its own are relative to its root, parents first.

    mounts:         real paths, none below another
    folders, files: mount points, and the folders that lead to them
    links:          symbolic links that lead to them: place → target
    """

    mounts: tuple[Path, ...]
    folders: tuple[str, ...]
    files: tuple[str, ...]
    links: dict[str, str]


@functools.cache
def plan(visible: tuple[Path, ...]) -> Plan:
    """Return the plan for these paths. Made once, before any box is forked."""
    links: dict[Path, str] = {}
    real = [found for path in visible if (found := _found(path, links)) is not None]
    mounts: list[Path] = []
    for path in sorted(real, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in mounts):
            mounts.append(path)
    links = {place: to for place, to in links.items() if not any(place.is_relative_to(m) for m in mounts)}
    ways = {way for path in (*mounts, *links) for way in path.parents}
    folders = sorted((ways | {path for path in mounts if path.is_dir()}) - {Path("/")})
    files = [path for path in mounts if not path.is_dir()]
    return Plan(
        tuple(mounts),
        tuple(str(path)[1:] for path in folders),
        tuple(str(path)[1:] for path in files),
        {str(place)[1:]: target for place, target in links.items()},
    )


def _found(path: Path, links: dict[Path, str]) -> Path | None:
    """Return the path without symbolic links, which go into `links`; None where it is missing, or out of reach."""
    with contextlib.suppress(OSError):
        real = _followed(path, links)
        return real if real.exists() else None
    return None


def _bring(folder: Path) -> None:
    """Copy a folder's files to the same place, with the links that lead there."""
    links: dict[Path, str] = {}
    real = _followed(folder, links)
    for place, target in links.items():
        _below(place).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            _below(place).symlink_to(target)
    _copy(real, _below(real))


def _followed(path: Path, links: dict[Path, str]) -> Path:
    """Return the path without symbolic links, which go into `links`. /proc/self, another one in each process, stays."""
    left = list(path.parts[1:])
    at = Path("/")
    while left:
        part = left.pop(0)
        if part == "..":
            at = at.parent
            continue
        step = at / part
        if step == _PROC_SELF or not step.is_symlink() or step in links:
            at = step if step not in links else _target(at, links[step], left)
            continue
        links[step] = str(step.readlink())
        at = _target(at, links[step], left)
    return at


def _target(at: Path, target: str, left: list[str]) -> Path:
    """Put the parts of a link's target before those that are left. Return where they start from."""
    there = Path(target)
    left[:0] = there.parts[1:] if there.is_absolute() else there.parts
    return Path("/") if there.is_absolute() else at


def _below(path: Path) -> Path:
    return path.relative_to("/")


def _copy(folder: Path, inside: Path) -> None:
    """Copy a folder's files. Whose they were, and who might read them, isn't kept."""
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        there = inside / Path(at).relative_to(folder)
        there.mkdir(parents=True, exist_ok=True)
        for name in files:
            if stat.S_ISREG((Path(at) / name).stat().st_mode):
                shutil.copyfile(Path(at) / name, there / name)


def _set(mounted: Path, attributes: int, flags: int) -> None:
    """Set attributes of a mount, and with _AT_RECURSIVE of those below it."""
    packed = struct.pack("=4Q", attributes, 0, 0, 0)
    wanted = ctypes.create_string_buffer(packed, len(packed))
    path = ctypes.create_string_buffer(os.fsencode(mounted))
    where = ctypes.addressof(path)
    namespaces.call("mount_setattr", _AT_FDCWD, where, flags, ctypes.addressof(wanted), len(packed))
