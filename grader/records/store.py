"""Records on disk: the journal, and one file a record."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.files import _ERRORS
from grader.intake.submission.file_names import safe_name
from grader.plain_files import read_plain, read_plain_text


def record_path(out: Path, student: str, unit: str) -> Path:
    return out / "records" / safe_name(student) / f"{unit}.json"


def read_record(path: Path) -> dict[str, Any] | None:
    """The record in that file; None where there is none, or something else."""
    try:
        record = json.loads(read_plain_text(path))
        return record if {"status", "score", "tests", "suite_sha256", "seed_id"} <= set(record) else None
    except (OSError, ValueError, TypeError):
        return None


class Journal:
    """One line of JSON for each finished piece of work, on disk before anyone hears of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.entries: list[dict[str, Any]] = list(_whole_lines(path))
        self._file = path.open("a", encoding="utf-8", errors=_ERRORS)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")  # a line that a crash cut short stays alone on its line, and is not read

    def append(self, entry: dict[str, Any]) -> None:
        """Write one entry and wait until it is on disk."""
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.entries.append(entry)

    def close(self) -> None:
        self._file.close()


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in read_plain(path).split(b"\n"):
        with contextlib.suppress(ValueError):
            if isinstance(entry := json.loads(line), dict):
                yield entry
