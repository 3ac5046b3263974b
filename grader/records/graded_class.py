"""A graded class, read from its folder: records/STUDENT/UNIT.json and summary.json."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.encodable import all_encodable
from grader.plain_files import read_plain_text
from grader.records.curves import Curve, curves_of

BANDS = ("core", "robust", "stretch")
_SCHEMA = 1
_UNJUDGED = ("skipped", "not_run")


class ReportError(Exception):
    """There is nothing to write pages from, or nothing to write them with. The text says what to do."""


@dataclass(frozen=True)
class Points:
    """Points earned, of those possible. A person may give parts of a point."""

    earned: int | Fraction = 0
    possible: int = 0

    def __add__(self, other: Points) -> Points:
        return Points(self.earned + other.earned, self.possible + other.possible)

    @property
    def percent(self) -> int:
        """0 to 100; 100 only when nothing is missing, 0 only when nothing is there."""
        return percent(self.earned, self.possible)


def percent(part: int | Fraction, whole: int) -> int:
    """`part` in percent of `whole`, where rounding may turn neither into all nor into nothing."""
    if whole <= 0 or part <= 0:
        return 0
    return 100 if part >= whole else min(99, max(1, round(100 * part / whole)))


@dataclass(frozen=True)
class Test:
    """One test of a record. A hidden one has neither counterexample nor replay: these stay with the instructor."""

    id: str
    title: str
    of: str
    band: str
    hidden: bool
    deepens: str
    points: int
    earned: int
    outcome: str
    message: str
    counterexample: str
    where: str
    hint: str
    replayable: bool
    curves: tuple[Curve, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)  # texts that a person is to read, by function

    @property
    def name(self) -> str:
        """The test function's name, without file and parameters."""
        return self.id.rpartition("::")[2].partition("[")[0] or self.id

    @property
    def passed(self) -> bool:
        return self.outcome == "pass"

    @property
    def judged(self) -> bool:
        return self.outcome not in _UNJUDGED


@dataclass(frozen=True)
class ManualGrade:
    """What a person gave for one answer in free words, as the worksheet has it.

    name:     of the function that returns the answer
    answered: something was handed in that a person can read
    points:   None while there are none
    outdated: the points are for an earlier answer
    wrong:    why what is written in the worksheet can't be counted, else ""
    """

    name: str
    question: str
    possible: int
    bonus: bool
    answered: bool
    points: Fraction | None = None
    comment: str = ""
    outdated: bool = False
    wrong: str = ""

    @property
    def waits(self) -> bool:
        """A person has still to grade this answer, which counts as 0 until then."""
        return self.answered and self.points is None

    @property
    def counted(self) -> Points:
        return Points(self.points or 0, self.possible)


@dataclass(frozen=True)
class Record:
    """One submission's record. `fault` says why it was not run, where one reason holds for all of it."""

    student: str
    unit: str
    graded: bool
    late: bool
    fault: str
    score: Mapping[str, Points]
    tests: tuple[Test, ...]
    order: tuple[str, ...]
    diagnosis: tuple[Mapping[str, str], ...]
    files: tuple[str, ...]
    substituted: tuple[str, ...]
    tier: str
    device: str
    seed_id: str
    suite: str
    versions: Mapping[str, str]
    started: str
    manual: tuple[ManualGrade, ...] = ()  # no part of the file: manual_points joins them

    @property
    def total(self) -> Points:
        """Core, robust and what a person gave: what a unit's grade is made of."""
        return self.score["core"] + self.score["robust"] + self.by_hand

    @property
    def by_hand(self) -> Points:
        """What a person gave for answers in free words; those that wait are out of their points, too."""
        return sum((m.counted for m in self.manual if not m.bonus), Points())

    @property
    def bonus(self) -> Points:
        return sum((m.counted for m in self.manual if m.bonus), self.score["stretch"])

    @property
    def waiting(self) -> int:
        """How many answers a person has still to grade: until then the total is provisional."""
        return sum(m.waits for m in self.manual)

    @property
    def functions(self) -> list[str]:
        """All functions that are judged, in the order in which to write them."""
        return list(dict.fromkeys([*self.order, *(t.of for t in self.tests)]))


@dataclass(frozen=True)
class Problem:
    """What was found and not simply graded."""

    kind: str
    student: str
    path: str
    text: str


@dataclass
class Student:
    """One student: the record folder's name, the name to show, and the records by unit."""

    folder: str
    name: str
    records: dict[str, Record] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # units whose record can't be read


@dataclass(frozen=True)
class Class:
    """All that the pages are made of. Students are in the order of their names."""

    title: str
    seconds: float | None
    students: list[Student]
    problems: list[Problem]

    @property
    def records(self) -> list[Record]:
        return [r for s in self.students for r in s.records.values()]

    @property
    def units(self) -> list[str]:
        return sorted({u for s in self.students for u in [*s.records, *s.broken]})


def read_class(folder: Path) -> Class:
    """Read the class that `grader grade --out folder` left. Raises ReportError when there is none.

    A record that cannot be read is a problem of the class, not a reason to show nothing.
    """
    if not folder.is_dir():
        raise ReportError(f"there is no folder {folder}; `grader grade PATH --out {folder}` makes one")
    files = sorted((folder / "records").glob("*/*.json"))
    if not files:
        raise ReportError(f"there are no records in {folder}; `grader grade PATH --out {folder}` writes them")
    students: dict[str, Student] = {}
    problems = []
    for file in files:
        student = students.setdefault(file.parent.name, Student(file.parent.name, file.parent.name))
        try:
            record = read_record(json.loads(read_plain_text(file)))
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            student.broken.add(file.stem)
            path = file.relative_to(folder).as_posix()
            problems.append(Problem("broken_record", student.name, path, f"{type(error).__name__}: {error}"))
            continue
        student.name = record.student
        student.records[record.unit] = record
    summary, more = _summary(folder / "summary.json")
    ordered = sorted(students.values(), key=lambda s: (_collated(s.name), s.name, s.folder))
    seconds = summary.get("seconds")
    return Class(
        str(summary.get("title") or folder.resolve().name),
        float(seconds) if isinstance(seconds, (int, float)) else None,
        ordered,
        problems + more,
    )


def _summary(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    if not path.exists():
        return {}, []
    try:
        summary = all_encodable(json.loads(read_plain_text(path)))
        found = [
            Problem(*(str(p.get(k) or "") for k in ("kind", "student", "path", "text")))
            for p in summary.get("problems") or []
        ]
    except (ValueError, AttributeError, TypeError, OSError) as error:
        return {}, [Problem("broken_summary", "", path.name, f"{type(error).__name__}: {error}")]
    return summary, found


def read_record(raw: dict[str, Any]) -> Record:
    """A record from its JSON. Raises ValueError, KeyError or TypeError for what is none."""
    raw = all_encodable(raw)
    if raw["schema"] != _SCHEMA:
        raise ValueError(f"schema {raw['schema']}, and this version of the kit reads schema {_SCHEMA}")
    if raw["status"] not in ("graded", "not_run"):
        raise ValueError(f"status {raw['status']!r}")
    score = {b: Points(int(raw["score"][b]["earned"]), int(raw["score"][b]["possible"])) for b in BANDS}
    return Record(
        student=str(raw["student"]),
        unit=str(raw["unit"]),
        graded=raw["status"] == "graded",
        late=bool(raw.get("late")),
        fault=str(raw.get("fault") or ""),
        score=score,
        tests=tuple(_test(t) for t in raw["tests"]),
        order=tuple(str(f) for f in raw.get("order") or ()),
        diagnosis=tuple(
            {k: str(d.get(k) or "") for k in ("misconception", "advice")} for d in raw.get("diagnosis") or ()
        ),
        files=tuple(str(f) for f in (raw.get("submission") or {}).get("files") or ()),
        substituted=tuple(str(u) for u in (raw.get("submission") or {}).get("substituted") or ()),
        tier=str(raw.get("tier") or ""),
        device=str(raw.get("device") or ""),
        seed_id=str(raw.get("seed_id") or ""),
        suite=str(raw.get("suite_sha256") or ""),
        versions={str(k): str(v) for k, v in (raw.get("versions") or {}).items()},
        started=str(raw.get("started") or ""),
    )


def _test(raw: dict[str, Any]) -> Test:
    hidden = bool(raw["hidden"])
    return Test(
        id=str(raw["id"]),
        title=str(raw["title"]),
        of=str(raw["of"]),
        band=str(raw["band"]),
        hidden=hidden,
        deepens=str(raw.get("deepens") or ""),
        points=int(raw["points"]),
        earned=int(raw["earned"]),
        outcome=str(raw["outcome"]),
        message=str(raw.get("message") or ""),
        counterexample="" if hidden else str(raw.get("counterexample") or ""),
        where=str(raw.get("where") or ""),
        hint=str(raw.get("hint") or ""),
        replayable=bool(raw.get("replay")) and not hidden,
        curves=curves_of(raw.get("curves")),
        answers={str(k): str(v) for k, v in (raw.get("answers") or {}).items()},
    )


def _collated(name: str) -> str:
    """Zoë beside Zoe: letters without their accents, in no case."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
