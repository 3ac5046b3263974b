"""The grades of a class: the records to export, and the withheld ones, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader.course.units import BANDS
from grader.outputs.export.overwriting import ExportError
from grader.outputs.report.manual_points import STRAY, read_graded
from grader.outputs.report.rubrics import WORKSHEET
from grader.records import scoring
from grader.records.graded_class import ReportedRecord, ReportError
from grader.records.scoring import Points

Named = tuple[str, str]  # student and unit


@dataclass(frozen=True)
class Grades:
    """Records to export, and why others are withheld: (student, unit) → a sentence.

    uncounted: rows of the worksheet that belong to no record
    """

    records: tuple[ReportedRecord, ...]
    withheld: Mapping[Named, str]
    uncounted: tuple[str, ...] = ()

    @property
    def units(self) -> list[str]:
        return sorted({r.unit for r in self.records})

    def only(self, student: str | None, unit: str | None) -> Grades:
        """Return those of one student, of one unit, or both; None for any. 01 and softmax name 01_softmax."""

        def wanted(named: Named) -> bool:
            return student in (None, named[0]) and unit in (None, named[1], *named[1].split("_", 1))

        return Grades(
            tuple(r for r in self.records if wanted((r.student, r.unit))),
            {named: why for named, why in self.withheld.items() if wanted(named)},
            self.uncounted,
        )

    def provisional(self) -> Iterator[str]:
        """Yield sentences about totals that may still change: answers to be graded, or to be read again."""
        for unit in self.units:
            records = [r for r in self.records if r.unit == unit]
            if waiting := {r.student: r.waiting for r in records if r.waiting}:
                n = sum(waiting.values())
                answers = "answer is" if n == 1 else "answers are"
                yield f"PROVISIONAL: {unit}: {n} {answers} not graded yet, and 0 until then: {_listed(waiting)}"
            again = {r.student: n for r in records if (n := sum(m.outdated for m in r.manual))}
            if again:
                yield f"PROVISIONAL: {unit}: graded by hand, and handed in again since: {_listed(again)}"

    def single(self) -> ReportedRecord:
        """Return the only record. Raise ExportError when there are none or several."""
        if len(self.records) == 1:
            return self.records[0]
        if self.records:
            raise ExportError(
                f"this format holds one submission, and there are {len(self.records)}: "
                "say which with --student and --unit"
            )
        reasons = "; ".join(f"{student}, {unit}: {why}" for (student, unit), why in self.withheld.items())
        raise ExportError(f"there is no graded submission to export{': ' + reasons if reasons else ''}")


def read_grades(folder: Path) -> Grades:
    """Return the grades that `grader grade --out folder` left. Raise ExportError when there are none."""
    try:
        graded = read_graded(folder)
    except ReportError as error:
        raise ExportError(str(error)) from None
    withheld: dict[Named, str] = {}
    for finding in graded.findings:
        if finding.kind == "broken_record":
            withheld[finding.student, Path(finding.path).stem] = f"its record can't be read: {finding.text}"
    records = []
    for record in graded.records:
        if why := _withheld(record):
            withheld[record.student, record.unit] = why
        else:
            records.append(record)
    stray = tuple(f"{p.path}, {p.text}" for p in graded.findings if p.kind == STRAY)
    return Grades(tuple(records), withheld, stray)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{student} ({n})" for student, n in counts.items())


def _withheld(record: ReportedRecord) -> str:
    if not record.graded:
        return f"not run: {record.fault or 'a test could not be run'}"
    for band in BANDS:
        points = record.score[band]
        of_tests = scoring.recorded_points(record.tests, (band,))
        if not 0 <= points.earned <= points.possible or points.earned != of_tests.earned:
            return f"its record contradicts itself: {band} is {points.earned} of {points.possible}"
    return "; ".join(f"{WORKSHEET}, {m.wrong}" for m in record.manual if m.wrong)


def require_graded(record: ReportedRecord) -> None:
    """Raise ExportError for a record that is not a grade."""
    if not record.graded:
        raise ExportError(
            f"{record.student}, {record.unit} was not run: no score is recorded, so there is no result"
        )


def earned(record: ReportedRecord, *, bonus: bool) -> int | Fraction:
    """Return the student's points: the total and, where the format has a place for it, the bonus."""
    return record.total.earned + (record.bonus.earned if bonus else 0)


def as_number(value: int | Fraction) -> int | float:
    """Return a number for JSON: whole numbers without a decimal point."""
    return int(value) if Fraction(value).denominator == 1 else float(value)


def rounded(score: Points, *, out_of: Fraction | int, decimals: int = 0) -> Fraction:
    """Return `score` as a share of `out_of`, rounded as scoring.rounded does. Raise ExportError where it can't be."""
    try:
        return scoring.rounded(score, out_of=out_of, decimals=decimals)
    except ValueError as error:
        raise ExportError(str(error)) from None
