"""Grade variants from two folders, with and without the tape, and list where the results differ.

They must not, times apart: neither the tape, nor where the files lie, nor what differs from run to run shows.

    python benchmarks/same_records.py [--units 01_softmax,02_init] [--every N] [--secrets N]

Wheats, the lesson's own solution, every N-th chaff and the stub of each unit, whole and shrunk as for a class.
Exits with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from grader.authoring.audit import variants_of
from grader.box.walls.selftest import best_tier
from grader.course import Course, Unit, find_course
from grader.course.stubs import generate_stub
from grader.judge.client import JudgeClient, JudgeSpec
from grader.records.outcomes import Outcome
from grader.records.record import TestResult

JOBS = 2


def submissions(unit: Unit, every: int) -> dict[str, str]:
    """Return the texts by name."""
    variants = variants_of(unit)
    chosen = [v for v in variants if v.kind != "chaff"] + [v for v in variants if v.kind == "chaff"][::every]
    return {f"{v.kind} {v.name}": v.text for v in chosen} | {"stub": generate_stub(unit)}


def written(unit: Unit, texts: Mapping[str, str], scratch: Path) -> dict[str, Path]:
    """Write the submissions, each beside the answer keys that it depends on. Return their modules by name."""
    modules = {}
    for number, (name, text) in enumerate(texts.items()):
        module = scratch / str(number) / unit.name / f"{unit.module}.py"
        module.parent.mkdir(parents=True)
        module.write_text(text, encoding="utf-8")
        modules[name] = module
    return modules


def graded(spec: JudgeSpec, unit: Unit, modules: Mapping[str, Path]) -> dict[str, list[TestResult] | str]:
    """Return each submission's tests, without their seconds, or the fault."""
    results: dict[str, list[TestResult] | str] = {}
    waiting = list(modules.items())[::-1]
    in_flight = 0
    with JudgeClient(spec) as judge:
        while waiting or in_flight:
            while waiting and in_flight < JOBS:
                name, module = waiting.pop()
                judge.submit(name, unit.name, module, dependencies=unit.reference_dependencies)
                in_flight += 1
            answer = judge.next_answer()
            in_flight -= 1
            tests = [msgspec.structs.replace(test, seconds=0.0) for test in answer.tests]
            results[answer.job] = answer.fault or tests
    return results


def differences(course: Course, unit: Unit, secret: bytes, every: int) -> Iterator[str]:
    """Yield a line for each submission, or each of its tests, that differs; last, how many were compared."""
    with tempfile.TemporaryDirectory() as scratch:
        texts, tier = submissions(unit, every), best_tier().name
        taped, drawn = (
            graded(
                JudgeSpec(course.root, (unit.name,), tier, secret, tape=tape),
                unit,
                written(unit, texts, Path(scratch, folder)),
            )
            for tape, folder in ((True, "class"), (False, "another folder"))
        )
    for name in texts:
        one, other = taped[name], drawn[name]
        if isinstance(one, str) or isinstance(other, str):
            yield f"{unit.name} {name}: not run: {one if isinstance(one, str) else other}"
            continue
        for a, b in zip(one, other, strict=True):
            if a != b and not (
                a.outcome is b.outcome is Outcome.TIMEOUT
            ):  # at which example, the clock decides
                yield f"{unit.name} {name} {a.id}:\n  tape:  {a}\n  drawn: {b}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--secrets", type=int, default=1)
    options = parser.parse_args()
    course = find_course()
    units = (
        [course.unit(name) for name in options.units.split(",")] if options.units else course.units.values()
    )
    found = 0
    for unit in units:
        for number in range(options.secrets):
            secret = hashlib.sha256(f"same records {number}".encode()).digest()
            lines = list(differences(course, unit, secret, options.every))
            found += len(lines)
            many = len(submissions(unit, options.every))
            print(f"{unit.name}, secret {number}: {many} submissions, {len(lines)} differences")
            print(*lines, sep="\n", end="\n" if lines else "", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
