"""A submission read once: copied and hashed in one go, then graded and recorded from the copy."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.intake.submission.reading import errors_of, is_notebook, module_text, read_files
from grader.intake.submission.submission import Submission, digest


@dataclass(frozen=True)
class StagedSubmission:
    """A copy of a submission, which stays as it is while students or instructors go on editing.

    path:   the module in the copy, under the unit's own name; a notebook's is written by `extract`
    sha256: digest of the bytes that were copied, equal to Submission.sha256() of the same files
    files:  names of the files that were handed in, the module's first
    """

    submission: Submission
    path: Path
    sha256: str
    files: tuple[str, ...]

    def extract(self, wanted: Collection[str] = ()) -> Path:
        """Return the module, extracted from the copied cells of a notebook; `wanted` are names that the tests ask for.

        Raises SubmissionError.
        """
        notebook = self.submission.module
        if (cells := _cells_beside(self.path)).exists():
            with errors_of(notebook):
                text = module_text(notebook, cells.read_bytes(), wanted)
                self.path.write_bytes(text.encode("utf-8", "replace"))
                cells.unlink()
        return self.path


def stage(submission: Submission, module_name: str, folder: Path) -> StagedSubmission:
    """Copy the submission into `folder`, reading each file once; the module is `<module_name>.py` there.

    Helpers keep their names relative to the module's folder; one that would take the module's own name is not copied.
    A helper behind a link that leads out of the student's folder is skipped with a warning. Raises SubmissionError for
    a file that can't be read or is gone, and above 10 MB in all.
    """
    reserved = {module_name.casefold(), f"{module_name}.py".casefold()}
    module = folder / f"{module_name}.py"
    as_copied = _cells_beside(module) if is_notebook(submission.module) else module
    hashes = []
    with errors_of(submission.module):
        for name, data in read_files(submission.module, submission.files, submission.folder):
            hashes.append((name, hashlib.sha256(data).hexdigest()))
            if name and PurePath(name).parts[0].casefold() in reserved:
                continue
            target = folder / name if name else as_copied
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return StagedSubmission(submission, module, digest(hashes), tuple(f.name for f in submission.files))


def _cells_beside(module: Path) -> Path:
    return module.with_suffix(".cells")
