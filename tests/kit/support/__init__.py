"""What the kit's own tests share: the command and pytest, run for real, and records to read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.box.walls import Tier, offers_walls
from grader.box.walls.selftest import best_tier

ROOT = Path(__file__).parents[3]
KIT = ROOT / "tests" / "kit"
UNIT = "01_softmax"
Record = dict[str, Any]

needs_walls = pytest.mark.skipif(not offers_walls(), reason="this machine offers no Landlock and seccomp")


def tiers_of_this_machine() -> list[str]:
    """Return the names of the tiers whose self-test passes here."""
    names = [tier.name for tier in Tier]
    return names[1 : names.index(best_tier().name) + 1]


def command(
    *arguments: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `grader ...` to its end."""
    return subprocess.run(**_grader(arguments, cwd, env), capture_output=True)


def started(
    *arguments: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None, anew: bool = False
) -> subprocess.Popen[str]:
    """Start `grader ...`; anew: in a session of its own: support/families.py finds all that it starts."""
    return subprocess.Popen(
        **_grader(arguments, cwd, env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=anew,
    )


def _grader(arguments: Iterable[object], cwd: Path, env: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "args": [sys.executable, "-m", "grader", *map(str, arguments)],
        "cwd": cwd,
        "env": {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        "text": True,
    }


def killed_in_the_middle(
    grading: subprocess.Popen[str], journal: Path, how: signal.Signals = signal.SIGKILL
) -> list[Record]:
    """Ends a grading once it has finished something; the records of what it has finished."""
    deadline = time.monotonic() + 120
    with grading:
        while not (journal.exists() and journal.read_text().count("\n") >= 1):
            assert time.monotonic() < deadline
            assert grading.poll() is None
            time.sleep(0.02)
        grading.send_signal(how)
    return [json.loads(line)["record"] for line in journal.read_text().split("\n")[:-1]]


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, given by their path in the folder `root`, into it."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def course_of(root: Path, files: Mapping[str, str]) -> Path:
    """A course of these files, with the settings of this one."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    return write_files(root, files)


def student_pytest(
    *arguments: object, cwd: Path = ROOT, typed: str | None = None, path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `pytest ...` as a student does, on a terminal without colours.

    typed: what is typed into a debugger
    path:  a folder with plugins
    """
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", **({"PYTHONPATH": str(path)} if path else {})},
    )


def records_in(out: Path) -> dict[str, Record]:
    """Student → record, of a class that was graded in one unit."""
    files = sorted((out / "records").glob("*/*.json"))
    return {f.parent.name: json.loads(f.read_text(encoding="utf-8")) for f in files}


def events_in(out: Path) -> list[dict[str, Any]]:
    """Return the events of all runs into the folder, as its log has them."""
    return [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def outcomes(record: Record, function: str) -> set[str]:
    return {t["outcome"] for t in record["tests"] if t["of"] == function}
