"""The files of a unit that a student writes: their state, to notice a save, and how far they have come."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.course import Course, CourseError, Unit
from grader.intake.submission.bounded import written_in
from grader.intake.submission.choice import own_file
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import entries
from grader.intake.submission.notebook_reader import NotebookError
from grader.intake.submission.reading import errors_of, is_notebook, module_text, read_bytes, read_cells

State = dict[Path, tuple[int, int, int]]
_WRITTEN = (".py", ".ipynb")
_OF_TESTS = (".py", ".toml")
_DEPTH = 3  # of folders with helpers below the unit's


def state_of(folder: Path, suffixes: Sequence[str] = _WRITTEN) -> State:
    """Return (time of the last write, size, inode) of each module and notebook in the folder: any save changes one."""
    state = {}
    for file in _files(folder, suffixes, _DEPTH):
        with contextlib.suppress(OSError):  # it has just gone
            found = file.stat()
            state[file] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return state


def state_of_tests(unit: Unit) -> State:
    """Return the same of the unit's tests, which an update of the course changes, or their author."""
    return state_of(unit.tests, _OF_TESTS)


def _files(folder: Path, suffixes: Sequence[str], depth: int) -> Iterator[Path]:
    for path in entries(folder):
        if path.suffix in suffixes:
            yield path
        elif depth and path.name.isidentifier() and path.is_dir() and not path.is_symlink():
            yield from _files(path, suffixes, depth - 1)


def newest(states: Iterable[State]) -> int:
    """Return the time of the last write in any of these states, in nanoseconds; 0 without files."""
    return max((at for state in states for at, _, _ in state.values()), default=0)


def unwritten(unit: Unit) -> list[str]:
    """Return the functions, but for the bonus, that the student has not begun: all of them without a file.

    A file that can't be read has none: its tests say what is wrong with it.
    """
    wanted = _required(unit)
    file = own_file(unit.stub)
    if not file.exists():
        return wanted
    try:
        with errors_of(file):
            text = module_text(file, read_cells(file), ()) if is_notebook(file) else read_bytes(file).decode()
            written = written_in(text, "")
    except (SubmissionError, NotebookError):
        return []
    if written is None:
        return []
    return [name for name in wanted if not any(w == name or w.startswith(f"{name}.") for w in written[0])]


def _required(unit: Unit) -> list[str]:
    return [function.name for function in unit.functions.values() if function.band != "stretch"]


def worked_on_last(course: Course) -> str:
    """Return the unit that the student has worked on last: of those with a function written, the last one saved.

    Raise CourseError for a course without units.
    """
    units: Sequence[Unit] = list(course.units.values())
    if not units:
        raise CourseError(f"{course.root} has no unit that is finished: every one is a draft")
    begun = [unit for unit in units if len(unwritten(unit)) < len(_required(unit))] or units[:1]
    return max(begun, key=lambda unit: newest([state_of(unit.stub.parent)])).name
