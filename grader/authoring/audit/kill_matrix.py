"""Grading the variants of a unit as a class, and what follows from it."""

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
from grader.course import Course, Unit
from grader.judge.client import JudgeFault, JudgeServer
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
        """What each seed gave."""
        return (t for (name, _), t in self.results.items() if name == f"{variant.kind}/{variant.name}")

    def problems(self) -> list[str]:
        """Everything that the suite, or a variant, has to be mended for. Empty: the audit is clean."""
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
        """For each chaff, the tests that it fails under every seed."""
        matrix = {}
        for chaff in self.of("chaff"):
            runs = [{t.id for t in _failing(tests)} for tests in self.runs(chaff)]
            matrix[chaff.name] = sorted(set.intersection(*runs)) if runs else []
        return matrix

    def smallest_killers(self) -> list[str]:
        """Few tests that kill every chaff that any test kills (greedy, so not always the fewest)."""
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
        """Pairs of chaffs that fail the same tests: a place to look, not a fault."""
        seen: dict[tuple[str, ...], str] = {}
        pairs = []
        for chaff, tests in self.kill_matrix().items():
            first = seen.setdefault(tuple(tests), chaff)
            if first != chaff:
                pairs.append((first, chaff))
        return pairs

    def as_json(self) -> dict[str, Any]:
        """What is published. Of a focused audit, "noticed_by" has one test a chaff in place of the kill matrix."""
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
        """CPU seconds that grading one variant of that kind took, judge and box together."""
        times = sorted(s for (name, _), s in self.cpu_seconds.items() if name.startswith(f"{kind}/"))
        return round(times[len(times) // 2], 2) if times else None


def _failing(tests: Tests) -> list[TestResult]:
    return [t for t in tests if t.outcome not in (Outcome.PASS, Outcome.SKIPPED)]


def audit_units(
    course: Course,
    units: Sequence[Unit],
    *,
    seeds: int,
    chaff_seeds: int,
    jobs: int,
    tier: str,
    focused: bool = False,
    target: Target = CPU,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[UnitAudit]:
    """Grade every variant of the units: wheats and the lesson under `seeds` seeds, chaffs under `chaff_seeds`.

    focused: a chaff is done with when a public test of its root has noticed it; that the tests of other functions
             pass is taken for granted. Trainings of wheats decide after one run that passes, or two that don't

    Raises JudgeFault when a variant could not be graded: an audit with holes says nothing.
    """
    audits = [UnitAudit(u, variants_of(u), focused) for u in units]
    work = [
        (a, v, seed)
        for a in audits
        for v in a.variants
        for seed in range(chaff_seeds if v.kind == "chaff" else seeds)
    ]
    with (
        tempfile.TemporaryDirectory(prefix="grader-audit-") as scratch,
        JudgeServer(
            course.root, [u.name for u in units], tier=tier, secret=_secret(0), target=target
        ) as judge,
    ):
        judge.wait_until_ready()
        waiting = list(enumerate(work))[::-1]
        flying = 0
        while waiting or flying:
            while waiting and flying < target.at_once(jobs):
                number, (audit, variant, seed) = waiting.pop()
                module = _write(Path(scratch), audit.unit, variant)
                joined = _copies(Path(scratch), audit.unit)
                judge.submit(
                    str(number),
                    audit.unit.name,
                    module,
                    joined=joined,
                    secret=_secret(seed),
                    brief=True,
                    only=[variant.root] if focused and variant.root else (),
                    rehearsal=focused and variant.kind != "chaff",
                    until=variant.must_fail if focused else (),
                )
                flying += 1
            answer = judge.next_answer()
            flying -= 1
            audit, variant, seed = work[int(answer.job)]
            not_run = [t.message for t in answer.tests if t.outcome is Outcome.NOT_RUN]
            if fault := answer.fault or (not_run and not_run[0]):
                raise JudgeFault(f"{variant.kind} {variant.name} of {audit.unit.name}: {fault}")
            key = (f"{variant.kind}/{variant.name}", seed)
            audit.results[key] = answer.tests
            audit.cpu_seconds[key] = answer.cpu
            progress(len(work) - len(waiting) - flying, len(work))
    return audits


def audit_unit(course: Course, unit: Unit, **options: Any) -> UnitAudit:
    """`audit_units` for one."""
    return audit_units(course, [unit], **options)[0]


def _secret(seed: int) -> bytes:
    """The audit's secrets are named and public: anyone can repeat it."""
    return hashlib.sha256(f"audit {seed}".encode()).digest()


def _copies(scratch: Path, unit: Unit) -> list[Path]:
    """Copies of the answer keys of the units that it joins: a box reads nothing of the course itself."""
    copies = []
    for folder in unit.reference_dependencies:
        copies.append(copy := scratch / "joined" / folder.name)
        if not copy.exists():
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copies


def _write(scratch: Path, unit: Unit, variant: Variant) -> Path:
    """The variant's file, written once: under another seed, a box may be reading it at this moment."""
    folder = scratch / unit.name / variant.kind / variant.name
    module = folder / f"{unit.module}.py"
    if not folder.exists():
        folder.mkdir(parents=True)
        module.write_text(variant.text, encoding="utf-8")
    return module
