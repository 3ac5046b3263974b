"""Find the helper files beside a module, and leave out what may not be imported."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.intake.submission.errors import SubmissionError

MAX_HELPERS = 200
_MAX_DEPTH = 8  # of folders below the module's
_MAX_FOLDERS = 1000  # looked into for helpers; a module may lie in somebody's Downloads
_CRUFT = {"__macosx", "__pycache__", "venv", "node_modules", "site-packages", "thumbs.db", "desktop.ini"}
_NEVER_HELPERS = re.compile(r"conftest|sitecustomize|usercustomize|setup|noxfile|test_.*|.*_test", re.I)
_COURSE_FOLDERS = {"assignments", "reference", "tests", "grader"}
_LIBRARIES = {"torch", "numpy", "scipy", "pytest", "hypothesis", "matplotlib", "sklearn", "grader"}


@dataclass(frozen=True)
class Helpers:
    """Files that a module may import, and a sentence for each that was left out on purpose."""

    files: tuple[Path, ...] = ()
    left_out: tuple[str, ...] = ()


def stays_inside(file: Path, root: Path) -> bool:
    """Return True if `file`, links followed, lies in `root` (or is it)."""
    try:
        return file.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        return False


def is_cruft(name: str) -> bool:
    """Return True if a file or folder of this name was left by a program, not handed in by a person."""
    return name.startswith(".") or name.casefold() in _CRUFT


def steers_tests(stem: str) -> bool:
    """Return True if pytest, Python or pip would run a file of this stem by itself."""
    return _NEVER_HELPERS.fullmatch(stem) is not None


def may_help(name: PurePath) -> bool:
    """Return True if a file of this relative name can be a helper: importable, and without influence on a test run."""
    return (
        name.suffix == ".py"
        and all(part.isidentifier() for part in (*name.parts[:-1], name.stem))
        and not any(map(steers_tests, (*name.parts[:-1], name.stem)))
        and name.as_posix() != "__init__.py"
    )


def find_helpers(module: Path, root: Path, *, not_helpers: Collection[str] = ()) -> Helpers:
    """Find the .py files and sub-packages beside `module`, which lies in its student's folder `root`.

    `not_helpers` are names that never are helpers, such as the modules and folders of all units. Files that
    steer a test run, or would hide a module of Python or of the course, are left out as well.
    Raises SubmissionError above 200 files.
    """
    refused = {name.casefold() for name in (*not_helpers, *_COURSE_FOLDERS, module.stem)}
    files: list[Path] = []
    left_out: dict[str, None] = {}  # in order, and each once
    for file in _python_files(module.parent):
        name = file.relative_to(module.parent)
        top = PurePath(name.parts[0]).stem
        if file.is_symlink() and file.is_dir():
            left_out[f"{name.as_posix()} is a link to a folder"] = None
        elif top.casefold() in refused or not may_help(name):
            continue
        elif top in sys.stdlib_module_names or top in _LIBRARIES:
            left_out[f"{name.parts[0]} would hide the module {top} that others import"] = None
        elif not stays_inside(file, root):
            left_out[f"{name.as_posix()} is a link that leads out of the student's folder"] = None
        else:
            files.append(file)
        if len(files) > MAX_HELPERS:
            raise SubmissionError(
                f"There are more than {MAX_HELPERS} Python files beside {module.name}. Leave only those that it "
                "imports, in a folder of their own."
            )
    return Helpers(tuple(files), tuple(left_out))


def _python_files(folder: Path) -> Iterator[Path]:
    """Yield Python files below `folder` in a fixed order; links to folders are yielded, not entered."""
    waiting = [(folder, 0)]
    for _ in range(_MAX_FOLDERS):
        if not waiting:
            return
        here, depth = waiting.pop()
        for path in entries(here):
            if not path.is_dir():
                if path.suffix == ".py":
                    yield path
            elif path.name.isidentifier():
                if path.is_symlink():
                    yield path
                elif depth < _MAX_DEPTH and not (path / "pyvenv.cfg").exists():
                    waiting.append((path, depth + 1))


def entries(folder: Path) -> list[Path]:
    """Return the entries of a folder, in a fixed order, without cruft; none if it can't be read."""
    try:
        return sorted(path for path in folder.iterdir() if not is_cruft(path.name))
    except OSError:
        return []
