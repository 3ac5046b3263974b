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
