"""With and without the tape, whole units give the same records."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import ROOT, needs_walls

from grader.course import Course

UNITS = [unit.name for unit in Course(ROOT).units.values() if not unit.depends_on]  # others train for minutes


@needs_walls
@pytest.mark.parametrize("unit", UNITS)
def test_every_tenth_chaff_and_all_that_is_right(unit: str) -> None:
    """`python benchmarks/same_records.py --secrets 3` compares everything."""
    script = [sys.executable, "benchmarks/same_records.py", "--units", unit, "--every", "10"]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert ", 0 differences" in done.stdout
