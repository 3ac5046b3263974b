"""Find the helper files beside a module, and leave out what may not be imported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.intake.submission.errors import SubmissionError
from grader.plain_files import open_plain

MAX_HELPERS = 200
_MAX_DEPTH = 8  # of folders below the module's
_TOKENS = re.compile(r"[\n\"']|[\w-]+")
_LOOKED_AT = 10**6  # bytes of a module, for its imports
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
    return name.suffix == ".py" and name.as_posix() != "__init__.py" and not _misnamed(name)


def _misnamed(name: PurePath) -> str:
    """Return why a file of this relative name can be no helper, "" if it can."""
    parts = (*name.parts[:-1], name.stem)
    if any(map(steers_tests, parts)):
        return "is named like a file that pytest, Python or pip runs by itself"
    return "" if all(map(str.isidentifier, parts)) else "has no name that can be imported"


def _hides(name: PurePath) -> str:
    """Return the module of Python or of a library that a helper of this relative name would hide, "" for none."""
    top = PurePath(name.parts[0]).stem
    return top if top in sys.stdlib_module_names or top in _LIBRARIES else ""


@dataclass(frozen=True)
class HomeRule:
    """Which of the files beside a module it may import at home: those that are graded with it, by `find_helpers`.

    folder: the module's
    module: its name
    others: the names and modules of all units, but of those that it builds on
    """

    folder: Path
    module: str
    others: frozenset[str]

    def passes_over(self, file: Path) -> bool:
        """Return True for a file that would hide a module of Python, which is the one to import.

        Raises ModuleNotFoundError for another that is not graded with the module.
        """
        if not file.is_relative_to(self.folder):
            return False
        name = file.relative_to(self.folder)
        if name.as_posix() == f"{self.module}.py":
            return False
        if _hides(name):
            return True
        if why := _misnamed(name) or _of_the_course(name, self.others):
            raise ModuleNotFoundError(
                f"{name.as_posix()} {why}, so it is not graded with the module. Rename it"
            )
        return False


def _of_the_course(name: PurePath, others: Collection[str]) -> str:
    """Return why a file or folder of this name is taken for a part of the course, "" if it is not."""
    top = PurePath(name.parts[0]).stem.casefold()
    if top not in _COURSE_FOLDERS and top not in {other.casefold() for other in others}:
        return ""
    return "is named like another unit's module or a folder of the course"


def find_helpers(module: Path, root: Path, *, not_helpers: Collection[str] = ()) -> Helpers:
    """Find the .py files and sub-packages beside `module`, which lies in its student's folder `root`.

    `not_helpers` are names that never are helpers, such as the modules and folders of all units. Files that
    steer a test run, or would hide a module of Python or of the course, are left out as well; a sentence says so where
    the module imports one.
    Raises SubmissionError above 200 files.
    """
    files: list[Path] = []
    left_out: dict[str, None] = {}  # in order, and each once
    misnamed: list[tuple[str, str]] = []  # (stem, sentence)
    for file in _python_files(module.parent):
        name = file.relative_to(module.parent)
        top = PurePath(name.parts[0]).stem
        if file.is_symlink() and is_folder(file):
            left_out[f"{name.as_posix()} is a link to a folder"] = None
        elif top.casefold() == module.stem.casefold():
            continue
        elif why := _misnamed(name) or _of_the_course(name, not_helpers):
            misnamed.append((name.stem, f"{name.as_posix()} {why}"))
        elif not may_help(name):
            continue
        elif _hides(name):
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
    imported = _imported_words(_start_of(module)) if misnamed else frozenset()
    return Helpers(tuple(files), (*left_out, *(why for stem, why in misnamed if stem in imported)))


def _start_of(module: Path) -> str:
    try:
        with open_plain(module) as stream:
            return stream.read(_LOOKED_AT).decode("utf-8", "replace")
    except OSError:
        return ""  # whoever reads it to grade it says so


def _imported_words(text: str) -> frozenset[str]:
    """Return the words behind an import, up to the line's end or a quote, in a module's text or a notebook's.

    It looks at each letter once: a text made long on purpose costs no more than another.
    """
    words: set[str] = set()
    importing = False
    for token in _TOKENS.finditer(text):
        if token[0] in ("from", "import"):
            importing = True
        elif token[0] in ("\n", "'", '"'):
            importing = False
        elif importing:
            words.add(token[0])
    return frozenset(words)


def _python_files(folder: Path) -> Iterator[Path]:
    """Yield Python files below `folder` in a fixed order; links to folders are yielded, not entered."""
    waiting = [(folder, 0)]
    for _ in range(_MAX_FOLDERS):
        if not waiting:
            return
        here, depth = waiting.pop()
        for path in entries(here):
            if not is_folder(path):
                if path.suffix == ".py":
                    yield path
            elif path.name.isidentifier():
                if path.is_symlink():
                    yield path
                elif depth < _MAX_DEPTH and not is_file(path / "pyvenv.cfg"):
                    waiting.append((path, depth + 1))


def is_folder(path: Path) -> bool:
    """Return True for a folder, links followed; False for what can't be reached, by its mode or its length."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for some of these


def is_file(path: Path) -> bool:
    """Return True for a plain file, links followed; False for what can't be reached."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for some of these


def entries(folder: Path) -> list[Path]:
    """Return the entries of a folder, in a fixed order, without cruft; none if it can't be read."""
    try:
        return sorted(path for path in folder.iterdir() if not is_cruft(path.name))
    except OSError:
        return []
