"""Every place below some folders in which a package is installed: also those that this interpreter would not import."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import sys
import tarfile
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

_ZIPPED = (".egg", ".whl", ".zip", ".pyz")
_TARRED = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_MODULES = (".py", ".pyc", ".so", ".pyd")
_MARK = "__init__.py"  # in the folder above, it makes skunk a part of another package, such as boost.skunk
_NOT_WALKED = ("/proc", "/sys", "/dev")


@functools.cache
def places_of(readable: Sequence[Path], packages: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders and files below `readable` that hold a package of one of these names, sorted.

    Found are a folder or a module of that name at any depth (another Python's packages, the user's, an unpacked egg, an
    editable install), an archive with one in it, the place that imports find, and other names of the same files (hard
    links). The process that forks boxes asks first, for it takes a second: each box has the answer then.
    """
    folders = [path for path in readable if path.is_dir() and not str(path).startswith(_NOT_WALKED)]
    found = {Path(entry.path) for entry in _walked(folders, packages) if _holds(entry, packages)}
    found |= {place for package in packages for place in _imported_from(package)}
    linked = {file for place in found for file in _linked_files(place)}
    if linked:
        inodes = {inode for _, inode in linked}
        entries = (entry for entry in _walked(folders, packages) if entry.inode() in inodes)
        found |= {Path(entry.path) for entry in entries if _identity(entry.path) in linked}
    return tuple(sorted(found))


def _walked(folders: Iterable[Path], packages: Collection[str]) -> Iterator[os.DirEntry[str]]:
    """Yield every entry below the folders, without following links. A package's own folder is not looked into."""
    waiting = [str(folder) for folder in folders]
    while waiting:
        try:
            found = os.scandir(waiting.pop())
        except OSError:  # what can't be listed can't be read by a box, which has no other rights
            continue
        with found:
            for entry in found:
                yield entry
                if entry.name not in packages and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _holds(entry: os.DirEntry[str], packages: Collection[str]) -> bool:
    name = entry.name
    if _names_package(name, packages):
        return not os.path.exists(os.path.join(os.path.dirname(entry.path), _MARK))  # noqa: PTH110, PTH118, PTH120
    if not name.endswith(_ZIPPED + _TARRED) or not entry.is_file(follow_symlinks=False):
        return False
    inside = [PurePosixPath(inside) for inside in _names_in(entry.path)]
    # Folders whose modules belong to a package.
    inner = {path.parent for path in inside if path.name == _MARK}
    places = {place for path in inside for place in (path, *path.parents)}
    return any(_names_package(place.name, packages) and place.parent not in inner for place in places)


def _names_package(name: str, packages: Collection[str]) -> bool:
    """Return True for the name of one of these packages, or of a module that is one: skunk, skunk.py."""
    return name in packages or (name.partition(".")[0] in packages and name.endswith(_MODULES))


def _names_in(archive: str) -> list[str]:
    """Return the names in an archive, none of one that can't be read as such."""
    with contextlib.suppress(OSError, ValueError, EOFError, zipfile.BadZipFile, tarfile.TarError):
        if archive.endswith(_ZIPPED):
            with zipfile.ZipFile(archive) as zipped:
                return zipped.namelist()
        with tarfile.open(archive) as tarred:
            return tarred.getnames()
    return []


def _imported_from(package: str) -> Iterator[Path]:
    """Yield where imports find the package: an editable install may map its name to any folder."""
    for entry in filter(None, sys.path):
        if (place := (Path(entry) / package).resolve()).exists():
            yield place
    with contextlib.suppress(ImportError, ValueError, AttributeError):
        spec = importlib.util.find_spec(package)
        for where in (spec.submodule_search_locations or [spec.origin or ""]) if spec else ():
            if where and os.path.exists(where):  # noqa: PTH110 - a zipped one has no such path
                yield Path(where).resolve()


def _linked_files(place: Path) -> Iterator[tuple[int, int]]:
    """Yield the identity of each file of the package that has another name somewhere."""
    files = (
        os.path.join(folder, name)  # noqa: PTH118 - thousands of them
        for folder, _, names in os.walk(place)
        for name in names
    )
    for file in files if place.is_dir() else [str(place)]:
        with contextlib.suppress(OSError):
            status = os.lstat(file)
            if status.st_nlink > 1:
                yield status.st_dev, status.st_ino


def _identity(path: str) -> tuple[int, int] | None:
    with contextlib.suppress(OSError):
        status = os.lstat(path)
        return status.st_dev, status.st_ino
    return None
