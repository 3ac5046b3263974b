"""The options of `grader grade`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GradeOptions:
    """The options of `grader grade`."""

    path: Path
    unit: str | None
    out: Path
    jobs: int
    tier: str | None
    secret: Path | None
    roster: Path | None
    match: str | None
    json: bool
    dry_run: bool
    substitute: bool
    device: str = "cpu"
    gpu_share: int = 1
    regrade: bool = False
    apply: bool = False
