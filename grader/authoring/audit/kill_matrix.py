"""The audit of a suite: its variants graded as a class, and the matrix of tests and the chaffs that they kill."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.authoring.audit.variants import Variant, variants_of
from grader.box.devices.gpus import CPU, Target
from grader.classroom.conditions import GradingConditions
from grader.course import Course, Unit
from grader.judge.client import JudgeClient, JudgeFault
from grader.judge.messages import Answer
from grader.judge.pool import JudgePool, pool_or_new
from grader.records.outcomes import Outcome
from grader.records.record import TestResult

Tests = Sequence[TestResult]


@dataclass
class UnitAudit:
    """The results of one unit's variants, by (variant, seed number): the judge's tests."""

    unit: Unit
    variants: list[Variant]
    focused: bool = False
    results: dict[tuple[str, int], Tests] = field(default_factory=dict)
    cpu_seconds: dict[tuple[str, int], float] = field(default_factory=dict)

    def of(self, kind: str) -> list[Variant]:
        return [v for v in self.variants if v.kind == kind]

    def runs(self, variant: Variant) -> Iterator[Tests]:
        """Return the tests of each seed."""
        return (t for (name, _), t in self.results.items() if name == f"{variant.kind}/{variant.name}")

    def problems(self) -> list[str]:
        """Return the faults of suite and variants; none if the audit is clean."""
        return [
            *(p for w in self.of("wheat") for p in self._false_alarms(w)),
            *(p for c in self.of("chaff") for p in self._escapes(c)),
            *(p for v in self.of("lesson") for p in self._lost_core(v)),
        ]

    def _false_alarms(self, wheat: Variant) -> Iterator[str]:
        for tests in self.runs(wheat):
            missing = {
                t.function for t in tests if t.band == "stretch" and t.outcome is Outcome.NOT_IMPLEMENTED
            }
            for t in _failing(tests):
                if not (t.band == "stretch" and t.function in missing):
                    yield f"wheat {wheat.name} fails {t.id} ({t.outcome}): {t.message}"

    def _escapes(self, chaff: Variant) -> Iterator[str]:
        concerned = {chaff.root} | self.unit.users_of(chaff.root)  # where its mistake may show
        for tests in self.runs(chaff):
            failing = _failing(tests)
            own = [t for t in failing if t.function == chaff.root]
            public = [t for t in own if not t.hidden]
            if not own:
                yield f"chaff {chaff.name} fails no test of {chaff.root}"
            elif not public:
                yield f"chaff {chaff.name} is killed by hidden tests only"
            elif not any(t.band in chaff.must_fail for t in public):
                yield f"chaff {chaff.name} is a core mistake that only {public[0].band} tests notice"
            for t in failing:
                if t.function not in concerned:
                    yield f"chaff {chaff.name} (root {chaff.root}) fails {t.id}, a test of {t.function}: {t.message}"

    def _lost_core(self, lesson: Variant) -> Iterator[str]:
        for tests in self.runs(lesson):
            for t in _failing(tests):
                if t.band == "core":
                    yield f"the lesson's own solution fails {t.id}: {t.message}"

    def kill_matrix(self) -> dict[str, list[str]]:
        """Return, for each chaff, the tests that it fails under every seed."""
        matrix = {}
        for chaff in self.of("chaff"):
            runs = [{t.id for t in _failing(tests)} for tests in self.runs(chaff)]
            matrix[chaff.name] = sorted(set.intersection(*runs)) if runs else []
        return matrix

    def smallest_killers(self) -> list[str]:
        """Return few tests that kill every chaff that any test kills (greedy, so not always the fewest)."""
        left = {c: set(tests) for c, tests in self.kill_matrix().items() if tests}
        chosen = []
        while left:
            counts: dict[str, int] = {}
            for tests in left.values():
                for t in tests:
                    counts[t] = counts.get(t, 0) + 1
            best = max(sorted(counts), key=lambda t: counts[t])
            chosen.append(best)
            left = {c: tests for c, tests in left.items() if best not in tests}
        return chosen

    def twins(self) -> list[tuple[str, str]]:
        """Return pairs of chaffs that fail the same tests: a place to look, not a fault."""
        seen: dict[tuple[str, ...], str] = {}
        pairs = []
        for chaff, tests in self.kill_matrix().items():
            first = seen.setdefault(tuple(tests), chaff)
            if first != chaff:
                pairs.append((first, chaff))
        return pairs

    def as_json(self) -> dict[str, Any]:
        """Return the audit as data. A focused one has "noticed_by", one test a chaff, in place of the kill matrix."""
        wheat_runs = [t for w in self.of("wheat") for t in self.runs(w)]
        return {
            "unit": self.unit.name,
            "wheats": {w.name: w.title for w in self.of("wheat")},
            "wheat_runs": len(wheat_runs),
            "chaffs": {
                c.name: {"misconception": c.title, "root": c.root, "band": c.band} for c in self.of("chaff")
            },
            **self._killers(),
            "problems": self.problems(),
            "cpu_seconds": {kind: self.median_cpu(kind) for kind in ("wheat", "chaff", "lesson")},
        }

    def _killers(self) -> dict[str, Any]:
        matrix = self.kill_matrix()
        if self.focused:
            return {"noticed_by": {chaff: tests[0] if tests else "" for chaff, tests in matrix.items()}}
        return {"kill_matrix": matrix, "smallest_killers": self.smallest_killers(), "twins": self.twins()}

    def median_cpu(self, kind: str) -> float | None:
        """Return the median CPU seconds of grading one variant of that kind, judge and box together."""
        times = sorted(s for (name, _), s in self.cpu_seconds.items() if name.startswith(f"{kind}/"))
        return round(times[len(times) // 2], 2) if times else None


def _failing(tests: Tests) -> list[TestResult]:
    return [t for t in tests if t.outcome not in (Outcome.PASS, Outcome.SKIPPED)]


def audit_conditions(course: Course, *, tier: str, target: Target = CPU) -> GradingConditions:
    """Return the conditions of an audit: its secrets are named and public, so that anyone can repeat it."""
    return GradingConditions(course, tier, _secret(0), target=target)


def audit_units(
    conditions: GradingConditions,
    units: Sequence[Unit],
    *,
    seeds: int,
    chaff_seeds: int,
    jobs: int,
    focused: bool = False,
    judges: JudgePool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[UnitAudit]:
    """Grade every variant of the units: wheats and the lesson under `seeds` seeds, chaffs under `chaff_seeds`.

    focused: a chaff is done with when a public test of its root has noticed it; that the tests of other functions
             pass is taken for granted. Trainings of wheats decide after one run that passes, or two that don't
    judges:  a pool with a warm judge; by default, the judge ends with the audit

    Raises JudgeFault when a variant could not be graded: an audit with holes says nothing.
    """
    audits = [UnitAudit(u, variants_of(u), focused) for u in units]
    work = [
        _Grading(a, v, seed)
        for a in audits
        for v in a.variants
        for seed in range(chaff_seeds if v.kind == "chaff" else seeds)
    ]
    at_once = conditions.target.at_once(jobs)
    with (
        tempfile.TemporaryDirectory(prefix="grader-audit-") as scratch,
        pool_or_new(judges) as pool,
    ):
        judge = pool.idle_judge(conditions.judge_spec(u.name for u in units))
        waiting = list(enumerate(work))[::-1]
        in_flight = 0
        while waiting or in_flight:
            while waiting and in_flight < at_once:
                number, grading = waiting.pop()
                grading.submit(judge, str(number), Path(scratch))
                in_flight += 1
            answer = judge.next_answer()
            in_flight -= 1
            work[int(answer.job)].keep(answer)
            progress(len(work) - len(waiting) - in_flight, len(work))
    return audits


@dataclass(frozen=True)
class _Grading:
    """One variant under one seed."""

    audit: UnitAudit
    variant: Variant
    seed: int

    def submit(self, judge: JudgeClient, job: str, scratch: Path) -> None:
        """Have it graded; only outcomes count, and in a focused audit only the first test that notices a chaff."""
        focused, variant = self.audit.focused, self.variant
        judge.submit(
            job,
            self.audit.unit.name,
            _write(scratch, self.audit.unit, variant),
            dependencies=_copies(scratch, self.audit.unit),
            secret=_secret(self.seed),
            shrink=False,
            only=[variant.root] if focused and variant.root else (),
            quick=focused and variant.kind != "chaff",
            stop_on=variant.must_fail if focused else (),
        )

    def keep(self, answer: Answer) -> None:
        """Put the answer into the audit. Raises JudgeFault if a test could not be run."""
        variant = self.variant
        not_run = [t.message for t in answer.tests if t.outcome is Outcome.NOT_RUN]
        if fault := answer.fault or (not_run and not_run[0]):
            raise JudgeFault(f"{variant.kind} {variant.name} of {self.audit.unit.name}: {fault}")
        key = (f"{variant.kind}/{variant.name}", self.seed)
        self.audit.results[key] = answer.tests
        self.audit.cpu_seconds[key] = answer.cpu


def _secret(seed: int) -> bytes:
    """Return the secret of a seed: named and public."""
    return hashlib.sha256(f"audit {seed}".encode()).digest()


def _copies(scratch: Path, unit: Unit) -> list[Path]:
    """Return copies of the answer keys that the unit depends on: a box reads nothing of the course itself."""
    copies = []
    for folder in unit.reference_dependencies:
        copies.append(copy := scratch / "joined" / folder.name)
        if not copy.exists():
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copies


def _write(scratch: Path, unit: Unit, variant: Variant) -> Path:
    """Return the variant's file, which is written once: a box may be reading it under another seed at this moment."""
    folder = scratch / unit.name / variant.kind / variant.name
    module = folder / f"{unit.module}.py"
    if not folder.exists():
        folder.mkdir(parents=True)
        module.write_text(variant.text, encoding="utf-8")
    return module
