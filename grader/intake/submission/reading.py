"""Read the files of a submission, which nobody has vetted, within limits of size.

They are read, never imported here. Links that lead out of the student's own folder are not followed.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.intake.errors import UnreadableError
from grader.intake.submission.bounded import module_of
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.helpers import may_help, stays_inside
from grader.intake.submission.notebook_reader import NotebookError, read_code
from grader.plain_files import open_plain

MAX_BYTES = 10 * 1024**2  # of all files of a submission together
_MAX_REASON = 300  # letters of an exception that may quote the file


@contextmanager
def errors_of(file: Path) -> Iterator[None]:
    """Raise SubmissionError for whatever is raised while a submission is read, so that the others go on."""
    try:
        yield
    except SubmissionError:
        raise
    except UnreadableError as error:
        raise SubmissionError(f"{file.name} could not be read: {str(error).rstrip('.')}.") from error
    except Exception as error:  # nobody can list what unvetted files make the parsers raise
        text = f"{type(error).__name__}: {error}".strip(": ")
        raise SubmissionError(f"{file.name} could not be read: {text[:_MAX_REASON]}.") from error


def is_notebook(file: Path) -> bool:
    return file.suffix.lower() == ".ipynb"


def read_files(module: Path, files: Collection[Path], root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name relative to the module's folder, bytes) of the module, whose name is '', and then of its helpers.

    A notebook's bytes are its code cells, as JSON. A helper behind a link that leads out of `root`, the student's
    folder, is skipped with a warning. Raises SubmissionError for a module that can't be read, for a helper that is
    gone, and above 10 MB in all.
    """
    home = module.parent
    left = MAX_BYTES
    for file in dict.fromkeys((module, *files)):
        is_module = file == module
        if not is_module and not (file.is_relative_to(home) and may_help(file.relative_to(home))):
            continue
        _require_present(file)
        if not stays_inside(file, root):
            reason = f"{file.name} is a link that leads out of the student's folder"
            if is_module:
                raise SubmissionError(f"{reason}. Put the file itself in its place.")
            warnings.warn(f"{reason}: it is not copied.", stacklevel=3)
            continue
        data = read_cells(file) if is_module and is_notebook(file) else read_bytes(file, left)
        left -= len(data)
        yield ("" if is_module else file.relative_to(home).as_posix()), data


def module_text(notebook: Path, cells: bytes, wanted: Collection[str]) -> str:
    """Return the module extracted from the cells that `read_cells` gave. Raises SubmissionError."""
    try:
        return module_of(tuple((number, source) for number, source in json.loads(cells)), tuple(wanted))
    except NotebookError as error:
        raise SubmissionError(f"No module can be extracted from {notebook.name}: {error}.") from error


def read_cells(file: Path) -> bytes:
    """Return the code cells of a notebook, as JSON. Raises SubmissionError."""
    try:
        cells = read_code(file)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    except NotebookError as error:
        raise SubmissionError(f"{file.name} is not a notebook that can be read: {error}.") from error
    return json.dumps([(cell.number, cell.source) for cell in cells]).encode()


def read_bytes(file: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file, at most `limit`. Raises SubmissionError."""
    try:
        with open_plain(file) as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
    if len(data) > limit:
        raise SubmissionError(
            f"The submission holds more than {MAX_BYTES // 1024**2} MB of Python files ({file.name} is one of "
            "them). Remove what the module does not need."
        )
    return data


def _require_present(file: Path) -> None:
    """Raise SubmissionError for a file that is gone, or can't be reached: a dangling link is there, and leads out."""
    try:
        file.lstat()
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
