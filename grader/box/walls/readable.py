"""What Python and torch still read after a box's walls are up: libraries, and little else."""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path

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


def _of_python() -> list[Path]:
    paths = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    # lib itself, for what is loaded late: libpython's companions, conda's MKL kernels
    paths += [Path(prefix) / "lib" for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix)]
    paths += [Path(entry) for entry in sys.path if Path(entry).name in _LIBRARY_FOLDERS]
    if site.ENABLE_USER_SITE:
        paths.append(Path(site.getusersitepackages()))
    home = Path.home().resolve()
    return [path for path in paths if not home.is_relative_to(path.resolve())]
