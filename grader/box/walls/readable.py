"""The paths that Python and torch still read after a box's walls are up: libraries, and little else."""

from __future__ import annotations

import functools
import site
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from grader.box.walls.installed import places_of

_SYSTEM = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)
_LIBRARY_FOLDERS = frozenset({"site-packages", "dist-packages"})


@functools.cache
def default_readable() -> tuple[Path, ...]:
    """Folders and files that imports, dlopen, time zones and counting cores need; nothing of the course.

    sys.path is not copied: an editable install puts a course's own folder there. Of the interpreter and of
    its virtual environment, which may lie inside the course's folder, only the library folders are taken;
    never a folder that holds the user's home.
    """
    kept = [Path("/proc/self")]  # the process that raises the walls: followed then, not now
    for path in [Path(name).resolve() for name in _SYSTEM] + sorted(p.resolve() for p in _of_python()):
        if path.exists() and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return tuple(kept)


@functools.cache
def visible() -> tuple[Path, ...]:
    """The same folders and files by all their names: the symbolic links on the way to them are not followed here."""
    return (Path("/proc/self"), *map(Path, _SYSTEM), *_of_python())


def without_packages(
    readable: Sequence[Path], packages: Sequence[str]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """(What is left to be read, folders to be listed) when these installed packages must not be read.

    A right to a folder holds for all below it, so that the folders above a package are granted entry by entry. Imports
    list them, and that they still may. Links among the entries are not followed.
    """
    listable: list[Path] = []
    kept = list(readable)
    for hidden in places_of(tuple(readable), tuple(packages)) if packages else ():
        kept = [part for path in kept for part in _around(path, hidden, listable)]
    return tuple(kept), tuple(dict.fromkeys(listable))


def _around(path: Path, hidden: Path, listable: list[Path]) -> list[Path]:
    if path == hidden or path.is_relative_to(hidden):
        return []
    if not hidden.is_relative_to(path):
        return [path]
    listable.append(path)
    entries = sorted(entry for entry in path.iterdir() if not entry.is_symlink())
    return [part for entry in entries for part in _around(entry, hidden, listable)]


def _of_python() -> list[Path]:
    paths = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    # lib itself, for what is loaded late: libpython's companions, conda's MKL kernels
    paths += [Path(prefix) / "lib" for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix)]
    paths += [Path(entry) for entry in sys.path if Path(entry).name in _LIBRARY_FOLDERS]
    if site.ENABLE_USER_SITE:
        paths.append(Path(site.getusersitepackages()))
    home = Path.home().resolve()
    return [path for path in paths if not home.is_relative_to(path.resolve())]
