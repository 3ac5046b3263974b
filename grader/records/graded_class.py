"""A graded class, read from its folder: records/STUDENT/UNIT.json and summary.json."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from grader.encodable import readable_json
from grader.plain_files import read_plain_text
from grader.records.record import Record, TestResult
from grader.records.scoring import Points
from grader.records.store import read_record

_LONGEST = 1e9  # seconds that a grading may have taken


class ReportError(Exception):
    """Pages can't be written: records or a library are missing, or a file can't be read. The text says what to do."""


@dataclass(frozen=True)
class ManualGrade:
    """The grade that a person gave for one answer in free words, as the worksheet has it.

    name:     of the function that returns the answer
    answered: something was handed in that a person can read
    points:   None while there are none
    outdated: the points are for an earlier answer
    wrong:    why the row of the worksheet can't be counted, else ""
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


class ReportedRecord(Record, frozen=True, kw_only=True):
    """A record as pages and exports show it: with a person's points, and without the words of hidden tests."""

    manual: tuple[ManualGrade, ...] = ()

    @property
    def total(self) -> Points:
        """The points of core and robust and those that a person gave, which a unit's grade is made of."""
        return super().total + self.by_hand

    @property
    def by_hand(self) -> Points:
        """The points that a person gave for answers in free words. An answer that still waits counts as 0."""
        return sum((m.counted for m in self.manual if not m.bonus), Points())

    @property
    def bonus(self) -> Points:
        return sum((m.counted for m in self.manual if m.bonus), super().bonus)

    @property
    def waiting(self) -> int:
        """The number of answers that a person has still to grade: until then the total is provisional."""
        return sum(m.waits for m in self.manual)

    @property
    def functions(self) -> list[str]:
        """All functions that are judged, in the order in which to write them."""
        return list(dict.fromkeys([*self.order, *(t.function for t in self.tests)]))


def reported(record: Record) -> ReportedRecord:
    """Return the record as it may be shown: what hidden tests asked and found stays with the instructor."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    told = {_said(test) for test in record.tests if not test.hidden}
    tests = tuple(_shown(test, told) if test.hidden else test for test in record.tests)
    return ReportedRecord(**fields | {"tests": tests})


def _said(test: TestResult) -> tuple[str, ...]:
    return test.outcome, test.message, test.where


def _shown(test: TestResult, told: Collection[tuple[str, ...]]) -> TestResult:
    """Return a hidden test's result without the words of the submission or the test.

    They may hold what the test asked. Only what a public test says word for word, as that a module can't be imported,
    is no news. `answers` stay: a person grades them.
    """
    shown = msgspec.structs.replace(test, counterexample="", replay=None, curves={})
    return shown if _said(test) in told else msgspec.structs.replace(shown, message="", where="")


@dataclass(frozen=True)
class Finding:
    """Something that was found and not simply graded. kind: see words.FINDINGS."""

    kind: str
    student: str
    path: str
    text: str


@dataclass
class StudentRecords:
    """One student's records by unit. folder: that of the records; name: to be shown."""

    folder: str
    name: str
    records: dict[str, ReportedRecord] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # units whose record can't be read


@dataclass(frozen=True)
class GradedClass:
    """All that the pages are made of. Students are in the order of their names. seconds: that grading took."""

    title: str
    seconds: float | None
    students: list[StudentRecords]
    findings: list[Finding]

    @property
    def records(self) -> list[ReportedRecord]:
        return [r for s in self.students for r in s.records.values()]

    @property
    def units(self) -> list[str]:
        return sorted({u for s in self.students for u in [*s.records, *s.broken]})


def read_class(folder: Path, *, may_be_empty: bool = False) -> GradedClass:
    """Read the class that `grader grade --out folder` left. Raise ReportError without one.

    may_be_empty: it is only just being graded, and need not have a record yet
    A record that can't be read is a finding about the class, not a reason to show nothing.
    """
    if not folder.is_dir():
        raise ReportError(f"there is no folder {folder}; `grader grade PATH --out {folder}` makes one")
    files = sorted((folder / "records").glob("*/*.json"))
    if not (files or may_be_empty):
        raise ReportError(f"there are no records in {folder}; `grader grade PATH --out {folder}` writes them")
    students: dict[str, StudentRecords] = {}
    findings = []
    for file in files:
        student = students.setdefault(file.parent.name, StudentRecords(file.parent.name, file.parent.name))
        try:
            record = reported(read_record(file))
        except (ValueError, OSError) as error:
            student.broken.add(file.stem)
            path = file.relative_to(folder).as_posix()
            findings.append(Finding("broken_record", student.name, path, f"{type(error).__name__}: {error}"))
            continue
        student.name = record.student
        student.records[record.unit] = record
    summary, more = _summary(folder / "summary.json")
    ordered = sorted(students.values(), key=lambda s: (_collated(s.name), s.name, s.folder))
    return GradedClass(
        str(summary.get("title") or folder.resolve().name),
        _seconds(summary.get("seconds")),
        ordered,
        findings + more,
    )


def _summary(path: Path) -> tuple[dict[str, Any], list[Finding]]:
    if not path.exists():
        return {}, []
    try:
        summary = readable_json(read_plain_text(path))
        found = [
            Finding(*(str(p.get(k) or "") for k in ("kind", "student", "path", "text")))
            for p in summary.get("problems") or []
        ]
    except (ValueError, AttributeError, TypeError, OSError) as error:
        return {}, [Finding("broken_summary", "", path.name, f"{type(error).__name__}: {error}")]
    return summary, found


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0 <= value <= _LONGEST else None


def _collated(name: str) -> str:
    """Return letters without their accents and case, so that Zoë is sorted beside Zoe."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
