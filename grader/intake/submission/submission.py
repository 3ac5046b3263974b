"""What a student handed in for one unit: one module, or notebook, and the helper files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.intake.submission.reading import errors_of, read_files


@dataclass(frozen=True)
class Submission:
    """The files that one student handed in for one unit, as discovery found them: they may change at any time.

    `module` is the file that is graded; `files` holds it first, then its helpers. Links may lead to
    places inside `root`, the student's own folder (default: the module's folder), and nowhere else.
    """

    student: str
    unit: str
    module: Path
    files: tuple[Path, ...]
    late: bool = False
    root: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder that links may not lead out of."""
        return self.root or self.module.parent

    def sha256(self) -> str:
        """Return the digest of the files as they are now; see `digest`. Raises SubmissionError as `stage` does.

        A copy that is graded has its own digest, of what was copied: see StagedSubmission.
        """
        with errors_of(self.module):
            return digest(
                (name, hashlib.sha256(data).hexdigest())
                for name, data in read_files(self.module, self.files, self.folder)
            )


def digest(files: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of a submission from (name relative to the module's folder, SHA-256 of the bytes).

    The order of the files does not matter, nor does the module's own name, which is '' here: it is staged under the
    unit's name. From a notebook, only the code cells count.
    """
    lines = sorted(f"{sha256} {name}" for name, sha256 in files)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
