"""What a student handed in for one unit: one module, or notebook, and the helper files beside it.

Nobody has vetted these files. They are read and copied, never imported here; links that lead out of
the student's own folder are not followed, and sizes are capped before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.intake.submission.bounded import module_of, written_in
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import may_help, stays_inside
from grader.intake.submission.notebook_reader import NotebookError, read_code
from grader.plain_files import open_plain

MAX_BYTES = 10 * 1024**2  # of all files of a submission together
_MAX_REASON = 300  # letters of an exception that may quote the file


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one unit.

    `module` is the file that is graded; `files` holds it first, then its helpers. Links may lead to
    places inside `root`, the student's own folder (default: the module's folder), and nowhere else.
    """

    student: str
    unit: str
    module: Path
    files: tuple[Path, ...]
    late: bool = False
    root: Path | None = None

    def sha256(self) -> str:
        """A digest of what would be graded: the names relative to the module's folder, and the bytes.

        The order of `files` does not matter, nor what the module was called: it is staged under the
        unit's own name. Of a notebook, the code cells count. Raises SubmissionError as `stage` does.
        """
        with at_its_own_cost(self.module):
            lines = sorted(f"{hashlib.sha256(data).hexdigest()} {name}" for name, data in _contents(self))
            return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def sha256_if_readable(self) -> str:
        """The same; "" for a submission that can't be read."""
        try:
            return self.sha256()
        except SubmissionError:
            return ""


@contextmanager
def at_its_own_cost(file: Path) -> Iterator[None]:
    """Whatever is raised while a submission is read becomes a SubmissionError, so that the others go on."""
    try:
        yield
    except SubmissionError:
        raise
    except Exception as error:  # nobody can list what unvetted files make the parsers raise
        text = f"{type(error).__name__}: {error}".strip(": ")
        raise SubmissionError(f"{file.name} could not be read: {text[:_MAX_REASON]}.") from error


def stage(submission: Submission, module_name: str, folder: Path, *, wanted: Collection[str] = ()) -> Path:
    """Copy the submission into `folder` and return the module's path there, `<module_name>.py`.

    A notebook becomes the module that its cells amount to; `wanted` are names that the tests ask for.
    Helpers keep their names relative to the module's folder; one that would take the module's own name
    is not copied. A helper behind a link that leads out of the student's folder is skipped with a
    warning. Raises SubmissionError for a module that can't be read, or above 10 MB in all.
    """
    with at_its_own_cost(submission.module):
        return _stage(submission, module_name, folder, wanted)


def _stage(submission: Submission, module_name: str, folder: Path, wanted: Collection[str]) -> Path:
    own = {module_name.casefold(), f"{module_name}.py".casefold()}
    for name, data in _contents(submission):
        if name and PurePath(name).parts[0].casefold() in own:
            continue
        target = folder / (name or f"{module_name}.py")
        if not name and is_notebook(submission.module):
            data = _module_of(submission.module, data, wanted).encode("utf-8", "replace")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder / f"{module_name}.py"


def _contents(submission: Submission) -> Iterator[tuple[str, bytes]]:
    """(name relative to the module's folder, bytes) of each file; the module's name is ''."""
    home = submission.module.parent
    root = submission.root or home
    left = MAX_BYTES
    for file in dict.fromkeys((submission.module, *submission.files)):
        is_module = file == submission.module
        if not is_module and not (file.is_relative_to(home) and may_help(file.relative_to(home))):
            continue
        if not stays_inside(file, root):
            reason = f"{file.name} is a link that leads out of the student's folder"
            if is_module:
                raise SubmissionError(f"{reason}. Put the file itself in its place.")
            warnings.warn(f"{reason}: it is not copied.", stacklevel=3)
            continue
        data = _read_cells(file) if is_module and is_notebook(file) else _read(file, left)
        left -= len(data)
        yield ("" if is_module else file.relative_to(home).as_posix()), data


def is_notebook(file: Path) -> bool:
    return file.suffix.lower() == ".ipynb"


def is_worked_on_instead(notebook: Path, module: Path) -> bool:
    """Whether of a unit's two forms the notebook is the one that was worked on, and the module is a stub beside it.

    False wherever that is not clear: both have something, or one can't be read.
    """
    written = _written_in(notebook, module)
    return written is not None and written[0] > written[1]


def has_more(notebook: Path, module: Path) -> bool:
    """Whether the notebook has written something that the module beside it, which counts, has not."""
    written = _written_in(notebook, module)
    return written is not None and bool(written[0])


def _written_in(notebook: Path, module: Path) -> tuple[frozenset[str], frozenset[str]] | None:
    try:
        with at_its_own_cost(notebook):
            return written_in(
                _module_of(notebook, _read_cells(notebook), ()), _read(module, MAX_BYTES).decode()
            )
    except SubmissionError:
        return None


def _module_of(notebook: Path, cells: bytes, wanted: Collection[str]) -> str:
    try:
        return module_of(tuple((number, source) for number, source in json.loads(cells)), tuple(wanted))
    except NotebookError as error:
        raise SubmissionError(f"{notebook.name} can't be made a module of: {error}.") from error


def _read_cells(file: Path) -> bytes:
    """The code cells of a notebook, as JSON. Raises SubmissionError."""
    try:
        cells = read_code(file)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    except NotebookError as error:
        raise SubmissionError(f"{file.name} is no notebook that can be read: {error}.") from error
    return json.dumps([(cell.number, cell.source) for cell in cells]).encode()


def _read(file: Path, limit: int) -> bytes:
    """The bytes of a regular file, at most `limit`. Raises SubmissionError."""
    try:
        with open_plain(file) as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    if len(data) > limit:
        raise SubmissionError(
            f"The submission holds more than {MAX_BYTES // 1024**2} MB of Python files ({file.name} is one of "
            "them). Take away what the module does not need."
        )
    return data
