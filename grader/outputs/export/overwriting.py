"""Files that are overwritten only when this kit wrote them and nobody has changed them since."""

from __future__ import annotations

from pathlib import Path

from grader.encodable import encodable, readable_json
from grader.files import as_json, sha256_of, write_atomically
from grader.plain_files import read_plain, read_plain_text

_OURS = "exports.json"


class ExportError(Exception):
    """Grades can't be exported as asked. The text says why and what to do."""


def write_export(folder: Path, target: Path, text: str, *, force: bool = False) -> None:
    """Write `text` to `target` in one step, and note in the graded class's `folder` that it is ours.

    Raise ExportError for an existing file that is not ours, or was edited since, unless `force`.
    """
    text = encodable(text)
    notes = folder / _OURS
    ours = _noted(notes)
    key = str(target.resolve())
    if target.is_dir():
        raise ExportError(f"{target} is a folder; --out names a file")
    if target.exists() and not force and ours.get(key) != sha256_of(read_plain(target)):
        raise ExportError(
            f"{target} was not written by an earlier export, or was edited since: --force replaces it"
        )
    ours[key] = sha256_of(text.encode("utf-8"))
    # First: a crash in between leaves a file that is asked about, not lost.
    write_atomically(notes, as_json(ours), private=True)
    write_atomically(target, text, private=target.resolve().parent == folder.resolve())


def _noted(notes: Path) -> dict[str, str]:
    try:
        return {str(k): str(v) for k, v in readable_json(read_plain_text(notes)).items()}
    except (OSError, ValueError, AttributeError):
        return {}
