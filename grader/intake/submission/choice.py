"""A student's own work as it is tested at home: which of module and notebook counts, and either as something to import.

The choice is the one that is made when a class is graded.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.submission import Submission, has_more, is_notebook, is_worked_on_instead, stage
from grader.plain_files import open_plain


def own_file(module: Path) -> Path:
    """`module`, a .py file, or the notebook beside it where the module is missing or the stub that it came as."""
    notebook = module.with_suffix(".ipynb")
    if notebook.is_file() and (not module.exists() or is_worked_on_instead(notebook, module)):
        return notebook
    return module


def note_on(file: Path) -> str:
    """What a student who has a module and a notebook is told of the choice; "" where it goes without saying."""
    notebook, module = file.with_suffix(".ipynb"), file.with_suffix(".py")
    if not (notebook.is_file() and module.is_file()):
        return ""
    if file == notebook:
        return f"{notebook.name} was tested: {module.name} has less."
    if has_more(notebook, module):
        return f"{module.name} was tested, as it is graded; {notebook.name} has something that it has not."
    return ""


def importable(file: Path, name: str, wanted: Collection[str]) -> tuple[Path, tuple[Path, ...]]:
    """(the module to import, folders with the helpers that it may import) for a .py file or a notebook.

    name: of the unit's module. wanted: names that the tests ask for.
    A notebook's cells are written as a module into a folder that goes when Python ends. Raises SubmissionError for one
    that can't be read.
    """
    if not is_notebook(file):
        _require_plain(file)
        return file, ()
    folder = Path(tempfile.mkdtemp(prefix="grader-cells-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return stage(Submission("", "", file, (file,)), name, folder, wanted=wanted), (file.parent,)


def _require_plain(file: Path) -> None:
    if not file.exists():
        return  # whoever imports it says so
    try:
        with open_plain(file):
            return
    except OSError as error:
        raise SubmissionError(f"{file.name} can't be read: {error.strerror}.") from error
