"""Findings: what was found and not simply graded, in words for the instructor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["unmatched", "duplicate", "late", "unreadable", "not_in_roster", "missing", "beside"]


@dataclass(frozen=True)
class Finding:
    """One thing that the instructor should know about the files that were given.

    `late` submissions are graded all the same; so is the newest of Canvas's resubmissions. `path` is None
    for students without any files; `student` is None if nobody can be named.
    """

    kind: Kind
    path: Path | None
    student: str | None
    text: str


def shown(text: object) -> str:
    """Return text from a file name, fit for a terminal: unprintable characters are spelled out."""
    return "".join(c if c.isprintable() or c in JOINERS else ascii(c)[1:-1] for c in str(text))


JOINERS = "\u200c\u200d"  # invisible, and needed to spell Persian and Indic names
