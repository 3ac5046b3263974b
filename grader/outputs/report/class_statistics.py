"""Statistics of the class: numbers over all records."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.records.graded_class import GradedClass, ReportedRecord, StudentRecords
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.records.scoring import Points, percent
from grader.records.words import finding_words, in_words

_HARDEST = 12
_BINS = 10


@dataclass
class Share:
    """The numbers of students who were judged, have it right, and have not written it yet.

    A test is right when it passed; a function, when all its tests did.
    """

    unit: str
    title: str
    function: str = ""
    hidden: bool = False
    bonus: bool = False
    judged: int = 0
    right: int = 0
    unwritten: int = 0

    @property
    def failed(self) -> int:
        """Written, and not right."""
        return self.judged - self.right - self.unwritten

    def percent(self, part: int) -> int:
        return percent(part, self.judged)


@dataclass(frozen=True)
class UnitStatistics:
    """A unit's grades over the class: median, number of full marks, and number of students in each tenth."""

    unit: str
    graded: int
    possible: int
    median: float
    full: int
    bins: list[int]
    waiting: int  # answers that a person has still to grade


@dataclass(frozen=True)
class StudentTotal:
    """A student's points over the graded units, `units` of them."""

    points: Points
    bonus: Points
    units: int
    waiting: int  # answers that a person has still to grade


@dataclass
class OutcomeCount:
    """The number of tests that ended that way, and their students."""

    outcome: Outcome
    tests: int = 0
    students: set[str] = field(default_factory=set)

    @property
    def words(self) -> str:
        return in_words(self.outcome)


def sum_of(student: StudentRecords) -> StudentTotal:
    """Add up the student's graded units. A unit that was not run is left out, not counted as zero."""
    graded = [r for r in student.records.values() if r.graded]
    points = sum((r.total for r in graded), Points())
    bonus = sum((r.bonus for r in graded), Points())
    return StudentTotal(points, bonus, len(graded), sum(r.waiting for r in graded))


def graded_records(graded: GradedClass) -> list[ReportedRecord]:
    return [r for r in graded.records if r.graded]


def not_graded(graded: GradedClass) -> dict[str, list[tuple[StudentRecords, str]]]:
    """Return reason why submissions were not run → their students and units."""
    reasons: dict[str, list[tuple[StudentRecords, str]]] = defaultdict(list)
    for student in graded.students:
        for record in student.records.values():
            if not record.graded:
                reasons[reason(record)].append((student, record.unit))
    return reasons


def reason(record: ReportedRecord) -> str:
    """Return the reason why a record was not run."""
    if record.fault:
        return record.fault
    first = next((t for t in record.tests if t.outcome is Outcome.NOT_RUN), None)
    return f"{first.name}: {first.message or 'not run'}" if first else "no reason was recorded"


def unit_statistics(graded: GradedClass) -> list[UnitStatistics]:
    found = []
    for unit in graded.units:
        records = [r for r in graded_records(graded) if r.unit == unit]
        if not records:
            continue
        totals = [r.total for r in records]
        bins = [0] * _BINS
        for total in totals:
            bins[min(total.percent * _BINS // 100, _BINS - 1)] += 1
        median = statistics.median(float(t.earned) for t in totals)
        waiting = sum(r.waiting for r in records)
        full = sum(t.earned >= t.possible for t in totals)
        found.append(
            UnitStatistics(unit, len(totals), max(t.possible for t in totals), median, full, bins, waiting)
        )
    return found


def hardest_tests(graded: GradedClass) -> list[Share]:
    """Return the tests that the largest share of students failed, hardest first.

    A function that is not written yet is not failed: those that are left for last would fill the list.
    """
    shares: dict[tuple[str, str], Share] = {}
    for record in graded_records(graded):
        for test in record.tests:
            if test.judged:
                share = shares.setdefault((record.unit, test.id), _share(record, test))
                _count(share, [test])
    failed = [s for s in shares.values() if s.failed]
    return sorted(failed, key=lambda s: (-s.failed / s.judged, -s.failed, s.unit))[:_HARDEST]


def _share(record: ReportedRecord, test: TestResult) -> Share:
    return Share(record.unit, test.title, test.function, test.hidden, test.band == "stretch")


def functions(graded: GradedClass) -> dict[str, list[Share]]:
    """Return unit → the share of students with each function right, in the order in which to write them."""
    by_unit: dict[str, dict[str, Share]] = defaultdict(dict)
    for record in graded_records(graded):
        for function in record.functions:
            tests = [t for t in record.tests if t.function == function and t.judged]
            if tests:
                share = Share(record.unit, function, bonus=all(t.band == "stretch" for t in tests))
                _count(by_unit[record.unit].setdefault(function, share), tests)
    return {unit: list(shares.values()) for unit, shares in sorted(by_unit.items())}


def _count(share: Share, tests: Sequence[TestResult]) -> None:
    """Count one student, judged by those tests."""
    share.judged += 1
    share.right += all(t.passed for t in tests)
    share.unwritten += all(t.outcome is Outcome.NOT_IMPLEMENTED for t in tests)


def outcome_counts(graded: GradedClass) -> list[OutcomeCount]:
    """Count how the tests of graded submissions ended, in the order of Outcome."""
    counts = {outcome: OutcomeCount(outcome) for outcome in Outcome}
    for student in graded.students:
        for record in student.records.values():
            for test in record.tests if record.graded else ():
                count = counts.setdefault(test.outcome, OutcomeCount(test.outcome))
                count.tests += 1
                count.students.add(student.folder)
    return [c for c in counts.values() if c.tests]


def misconceptions(graded: GradedClass) -> list[tuple[str, str, int]]:
    """Return (misconception, advice, number of students) from the diagnoses, most frequent first."""
    seen = {
        (s.folder, r.unit, d.misconception, d.advice)
        for s in graded.students
        for r in s.records.values()
        for d in (r.diagnosis if r.graded else ())
    }
    counted = Counter((text, advice) for _, _, text, advice in seen)
    return [(*what, n) for what, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def findings_by_kind(graded: GradedClass) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return (heading, what to do, [(student, path, text)]) for each kind of finding."""
    kinds: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for finding in graded.findings:
        kinds[finding.kind].append((finding.student, finding.path, finding.text))
    return [(*finding_words(kind), found) for kind, found in kinds.items()]


@dataclass(frozen=True)
class Circumstances:
    """The conditions under which the class was graded. More than one value: not all were graded alike."""

    when: str
    tiers: list[str]
    devices: list[str]
    seeds: list[str]
    versions: list[str]
    alike: bool


def circumstances(records: Sequence[ReportedRecord]) -> Circumstances:
    days = sorted({r.started[:10] for r in records if r.started})
    tiers, devices, seeds = (_distinct(records, k) for k in ("tier", "device", "seed_id"))
    versions = sorted({", ".join(f"{k} {v}" for k, v in r.versions.items()) for r in records if r.versions})
    suites = {(r.unit, r.suite_sha256) for r in records}
    one_suite = len(suites) == len({unit for unit, _ in suites})
    alike = one_suite and all(len(found) < 2 for found in (tiers, devices, seeds, versions))
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}" if days else ""
    return Circumstances(when, tiers, devices, seeds, versions, alike)


def _distinct(records: Sequence[ReportedRecord], key: str) -> list[str]:
    return sorted({value for r in records if (value := getattr(r, key))})
