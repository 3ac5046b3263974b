"""What the kit's own tests share: the command and pytest, run for real, and records to read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.box.walls import Tier, best_tier

ROOT = Path(__file__).parents[2]
UNIT = "01_softmax"
Record = dict[str, Any]

needs_walls = pytest.mark.skipif(best_tier() is Tier.T0, reason="this machine offers no Landlock and seccomp")


def command(
    *arguments: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `grader ...` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
    )


def student_pytest(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `pytest ...` as a student does, on a terminal without colours."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )


def records_in(out: Path) -> dict[str, Record]:
    """Student → record, of a class that was graded in one unit."""
    files = sorted((out / "records").glob("*/*.json"))
    return {f.parent.name: json.loads(f.read_text(encoding="utf-8")) for f in files}


def outcomes(record: Record, function: str) -> set[str]:
    return {t["outcome"] for t in record["tests"] if t["of"] == function}
