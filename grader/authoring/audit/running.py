"""The audit of a suite: its variants graded as a class."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.authoring.audit.idle import idle_programs
from grader.authoring.audit.kill_matrix import UnitAudit
from grader.authoring.audit.variants import Variant, sample, variants_of
from grader.box.devices.gpus import CPU, Target
from grader.classroom.conditions import GradingConditions
from grader.course import Course, Unit
from grader.judge.client import JudgeClient, JudgeFault
from grader.judge.messages import Answer
from grader.judge.pool import JudgePool, pool_or_new
from grader.records.outcomes import Outcome


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
    quick: bool = False,
    judges: JudgePool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[UnitAudit]:
    """Grade every variant of the units: wheats and the lesson under `seeds` seeds, chaffs under `chaff_seeds`.

    Programs that do nothing, whose kinds idle.py has, are graded under one.

    focused: a chaff is done with when a public test of its root has noticed it; that the tests of other functions
             pass is taken for granted. Trainings of wheats decide after one run that passes, or two that don't. Only
             all functions together do nothing, not each of them alone
    quick:   of each unit, a sample of wheats and chaffs
    judges:  a pool with a warm judge; by default, the judge ends with the audit

    Raises JudgeFault when a variant could not be graded: an audit with holes says nothing.
    """
    audits = [_empty_audit(unit, focused=focused, quick=quick) for unit in units]
    work = [
        _Grading(a, v, seed)
        for a in audits
        for v in a.variants
        for seed in range({"chaff": chaff_seeds, "idle": 1}.get(v.kind, seeds))
    ]
    at_once = conditions.target.at_once(jobs)
    with (
        tempfile.TemporaryDirectory(prefix="grader-audit-") as scratch,
        pool_or_new(judges) as pool,
    ):
        judge = pool.idle_judge(replace(conditions.judge_spec(u.name for u in units), verify=True))
        for audit in audits:
            audit.untaped = {
                test: why for test, why in judge.untaped.items() if test.startswith(f"{audit.unit.name}/")
            }
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
            only=[variant.root] if variant.root and (focused or variant.kind == "idle") else (),
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


def _empty_audit(unit: Unit, *, focused: bool, quick: bool) -> UnitAudit:
    """Return the audit of the unit that has no results yet."""
    variants = variants_of(unit)
    there = Counter[str](v.kind for v in variants)
    chosen = sample(variants) if quick else variants
    idle = idle_programs(unit, each_function=not focused)
    return UnitAudit(unit, [*chosen, *idle], there, focused)


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
