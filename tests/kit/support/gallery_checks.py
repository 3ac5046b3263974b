"""What has to hold of an attack once its class is graded, and what did not."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from support import KIT, ROOT, Record
from support.gallery import Attack

_VARIES = {"started", "seconds"}
_SHARED = ("/tmp", "/dev/shm", "/var/tmp")
_BY_HOW = {"pytest passes": "pytest", "the kit itself is fooled": "kit"}
_SAME_AS_PASSING = {"wrong work passes", "the kit itself is fooled"}
_CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
_RAW_IN_A_PAGE = re.compile(rf"<script>alert|<img src=x|<svg/onload|[\"'] onmouseover=[\"']alert|{_CONTROLS}")
_RAW_ON_A_TERMINAL = re.compile(rf"{_CONTROLS}|^\s*(?:::(?:error|add-mask|stop-commands)|##\[).*", re.M)
_PATIENCE, _FOR_HANGING = 60, 3  # seconds


class Naive:
    """The graders without walls, in a process that is kept warm: see support/naive.py. Use as a context manager."""

    def __enter__(self) -> Naive:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.naive"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": f"{KIT}{os.pathsep}{ROOT}",
                "PYTHONIOENCODING": "utf-8",
                "GRADER_ATTACK_TOKEN": "of the machine",
            },
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        if self._process.wait(30):
            raise RuntimeError("the graders without walls have died")

    def shows(self, attack: Attack, course: Path) -> tuple[bool, list[str]]:
        """Return (whether the effect shows that the attack promises, all that showed), in a course of write_gallery."""
        promised = attack.fields["without walls"]
        order = {
            "folder": str(course / "class" / attack.name),
            "module": attack.module,
            "function": attack.function,
            "course": str(course),
            "how": "read" if attack.is_built else _BY_HOW.get(promised, "call"),
            "patience": _FOR_HANGING if "hangs" in promised else _PATIENCE,
        }
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        return ("it passes" if promised in _SAME_AS_PASSING else promised) in found, found


def outcome_of(attack: Attack, out: Path) -> str:
    """Return how it ended, in a word or two: the outcomes of its function's tests, or that it was not graded."""
    record = record_of(attack, out)
    if record is None:
        return "not graded"
    if attack.is_built or record["status"] != "graded":
        return str(record["status"])
    return ", ".join(sorted({t["outcome"] for t in _tests_of(record, attack.function)}))


def record_of(attack: Attack, out: Path) -> Record | None:
    file = out / "records" / attack.name / f"{attack.unit}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def problems_of(attack: Attack, out: Path, printed: str) -> Iterator[str]:
    """Yield what does not hold behind walls. printed: what the command wrote"""
    record = record_of(attack, out)
    if record is None:
        if "not graded" not in attack.outcomes:
            yield "it has no record"
    else:
        yield from problems_in_record(attack, record)
    yield from _problems_of_output(attack, out, printed)


def problems_in_record(attack: Attack, record: Record) -> Iterator[str]:
    """Yield what does not hold of an attack's record."""
    if record["status"] == "not_run":
        yield f"it was not run: {str(record.get('fault'))[:300]}"
    elif attack.is_built:
        yield from _problems_of_intake(attack, record)
    else:
        yield from _problems_of_function(attack, record)


def _problems_of_intake(attack: Attack, record: Record) -> Iterator[str]:
    if "graded" not in attack.outcomes:
        yield f"it was graded: {record['status']}"
    if attack.fields.get("harmless") and {t["outcome"] for t in record["tests"]} != {"pass"}:
        yield "its right work lost points"


def _problems_of_function(attack: Attack, record: Record) -> Iterator[str]:
    own = _tests_of(record, attack.function)
    if wrong := {t["outcome"] for t in own} - attack.outcomes:
        yield f"{attack.function} ended as {', '.join(sorted(wrong))}: {own[0]['message'][:200]}"
    earned = sum(t["earned"] for t in own)
    if earned > int(attack.fields.get("earns", "99" if "pass" in attack.outcomes else "0")):
        yield f"it earned {earned} points"
    honest = {t["outcome"] for t in _tests_of(record, attack.honest_function)}
    if not attack.fields.get("spoils") and honest != {"pass"}:
        yield f"{attack.honest_function} ended as {', '.join(sorted(honest))}"


def _tests_of(record: Record, function: str) -> list[dict[str, Any]]:
    return [t for t in record["tests"] if t["of"] == function]


def _problems_of_output(attack: Attack, out: Path, printed: str) -> Iterator[str]:
    for page in pages_about(attack.name, out):
        text = page.read_text(encoding="utf-8")
        if found := _RAW_IN_A_PAGE.search(text):
            yield f"{found[0]!r} is in {page.name}"
        if (told := attack.fields.get("told")) and told in text:
            yield f"{told!r} is in {page.name}"


def raw_in(printed: str) -> list[str]:
    """Return what a terminal or a runner of tests would take for an order in what the command printed."""
    return [found[0] for found in _RAW_ON_A_TERMINAL.finditer(printed)]


def formulas_in(file: Path) -> list[str]:
    """Return the cells of a CSV file that a spreadsheet would compute."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            cell
            for row in csv.reader(stream)
            for cell in row
            if cell[:1] in tuple("=+@\t\r") or cell[:4] == "-cmd"
        ]


def pages_about(student: str, out: Path) -> list[Path]:
    """Return the student's pages."""
    pages = out / "report"
    return [f for f in pages.rglob("*.html") if f.stem == student]


def grade(course: Path, *options: object, before: Iterable[str] = ()) -> tuple[Path, str]:
    """Grade the class, with a temporary folder of its own. Return the folder of grades, and what is printed.

    before: words of a command that runs this one, as another user, say
    """
    (course / "tmp").mkdir(exist_ok=True)
    told = {"TMPDIR": str(course / "tmp"), "GRADER_ATTACK_TOKEN": "of the machine", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [
            *before,
            sys.executable,
            "-m",
            "grader",
            "grade",
            "class",
            "--secret",
            "secret",
            "--out",
            "out",
            *map(str, options),
        ],
        cwd=course,
        env={**os.environ, **told},
        capture_output=True,
    )
    printed = (done.stdout + done.stderr).decode("utf-8", "surrogateescape")
    if done.returncode not in (0, 1) or "Traceback" in printed:
        raise AssertionError(f"the class was not graded (status {done.returncode}):\n{printed[-3000:]}")
    return course / "out", printed


def left_on_the_machine(course: Path) -> list[str]:
    """Return what attacks have left after `grade`: files, folders of boxes, processes in them. Remove the files."""
    files = [file for folder in _SHARED for file in Path(folder).glob("grader-attack*")]
    for file in files:
        file.unlink()
    mine = str(course / "tmp")
    return [*map(str, (*files, *(course / "tmp").iterdir())), *_processes_in(mine)]


def _processes_in(folder: str) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = str((process / "cwd").readlink())
        except OSError:
            continue
        if where.startswith(folder):
            yield f"a process in {where}"


def plain(record: Record) -> Record:
    """Return a record without what differs from run to run."""
    return {key: _plain(value) for key, value in record.items() if key not in _VARIES}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def honest_records(out: Path, names: Iterable[str]) -> dict[str, list[Record]]:
    """Return the records of honest students, without what differs from run to run."""
    return {
        name: [
            plain(json.loads(f.read_text(encoding="utf-8")))
            for f in sorted((out / "records" / name).glob("*.json"))
        ]
        for name in names
    }
