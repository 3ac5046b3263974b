"""Records on disk: the journal, and one file a record."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.encodable import readable_json
from grader.files import as_json, make_private, open_private, write_atomically
from grader.intake.submission.file_names import safe_name
from grader.plain_files import read_plain, read_plain_text
from grader.records.record import Record, as_plain, parse_record


def record_path(out: Path, student: str, unit: str) -> Path:
    return out / "records" / safe_name(student) / f"{unit}.json"


def read_record(path: Path) -> Record:
    """Return the record in that file. Raise OSError, or ValueError naming the field that is wrong."""
    return parse_record(readable_json(read_plain_text(path)))


def known_record(path: Path) -> Record | None:
    """Return the record in that file; None without one that can be compared with others."""
    try:
        record = read_record(path)
    except (OSError, ValueError):
        return None
    return record if record.suite_sha256 and record.seed_id else None


def record_as_json(record: Record) -> str:
    """Return the text of the record's file."""
    return as_json(as_plain(record))


def keep_record(out: Path, record: Record) -> None:
    """Write the record's file in `out`, unless it says the same already."""
    path = record_path(out, record.student, record.unit)
    text = record_as_json(record)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text, private=True)


@dataclass(frozen=True)
class Entry:
    """A finished piece of work: what makes its grade the same as another one, and the record.

    content: digest of files and conditions, the same for whoever hands these files in; "" for a record whose results
             are for this student alone
    """

    key: tuple[str, ...]
    record: Record
    content: str = ""


class Journal:
    """One line of JSON for each finished piece of work, on disk before anyone hears of it."""

    def __init__(self, path: Path) -> None:
        """Open the journal, and read the lines that are there. A line that holds no entry is left alone."""
        self._path = path
        make_private(path.parent)
        self.entries: list[Entry] = list(_entries(path))
        self._file = open_private(path)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")  # a line that a crash cut short stays alone on its line, and is not read

    def append(self, entry: Entry) -> None:
        """Write one entry and wait until it is on disk."""
        line = {"key": list(entry.key), "content": entry.content, "record": as_plain(entry.record)}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.entries.append(entry)

    def close(self) -> None:
        self._file.close()


def _entries(path: Path) -> Iterator[Entry]:
    if not path.exists():
        return
    for line in read_plain(path).split(b"\n"):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            entry = readable_json(line)
            key = tuple(map(_text, entry["key"]))
            yield Entry(key, parse_record(entry["record"]), _text(entry.get("content", "")))


def _text(value: object) -> str:
    """Return it if it is a text. Raise TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"a text is expected, not {value!r}")
    return value
