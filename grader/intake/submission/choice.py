"""The choice between a unit's two forms, module and notebook, which is the same at home and when a class is graded."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from grader.intake.submission.bounded import written_in
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.reading import errors_of, is_notebook, module_text, read_bytes, read_cells
from grader.intake.submission.staging import stage
from grader.intake.submission.submission import Submission
from grader.plain_files import open_plain


def own_file(module: Path) -> Path:
    """Return `module`, a .py file, or the notebook beside it if the module is missing or is still a stub."""
    notebook = module.with_suffix(".ipynb")
    if notebook.is_file() and (not module.exists() or is_worked_on_instead(notebook, module)):
        return notebook
    return module


def is_worked_on_instead(notebook: Path, module: Path) -> bool:
    """Return True if the notebook was worked on and the module beside it is a stub, or has less.

    Return False if that is not clear: both have something of their own, or one can't be read.
    """
    written = _written_in(notebook, module)
    return written is not None and written[0] > written[1]


def has_more(notebook: Path, module: Path) -> bool:
    """Return True if the notebook has written something that the module beside it, which counts, has not."""
    written = _written_in(notebook, module)
    return written is not None and bool(written[0])


def note_on(file: Path) -> str:
    """Return a note on the choice for a student who has a module and a notebook; "" if it needs no words."""
    notebook, module = file.with_suffix(".ipynb"), file.with_suffix(".py")
    if not (notebook.is_file() and module.is_file()):
        return ""
    if file == notebook:
        return f"{notebook.name} was tested: {module.name} has less."
    if has_more(notebook, module):
        return f"{module.name} was tested, as it is graded; {notebook.name} has something that it has not."
    return ""


def importable(file: Path, name: str, wanted: Collection[str]) -> tuple[Path, tuple[Path, ...]]:
    """Return (the module to import, folders with the helpers that it may import) for a .py file or a notebook.

    name:   of the unit's module
    wanted: names that the tests ask for

    The module extracted from a notebook is written into a folder that is removed when Python ends. Raises
    SubmissionError for a notebook that can't be read.
    """
    if not is_notebook(file):
        _require_plain(file)
        return file, ()
    folder = Path(tempfile.mkdtemp(prefix="grader-cells-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return stage(Submission("", "", file, (file,)), name, folder).extract(wanted), (file.parent,)


def _require_plain(file: Path) -> None:
    if not file.exists():
        return  # whoever imports it says so
    try:
        with open_plain(file):
            return
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error


def _written_in(notebook: Path, module: Path) -> tuple[frozenset[str], frozenset[str]] | None:
    try:
        with errors_of(notebook):
            return written_in(module_text(notebook, read_cells(notebook), ()), read_bytes(module).decode())
    except SubmissionError:
        return None
