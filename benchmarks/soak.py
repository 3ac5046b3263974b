"""Grade thousands of submissions in a row, attacks among them: nothing grows, and no record is wrong.

    python benchmarks/soak.py [--count 2000] [--attacks 0.2] [--limit 6] [--jobs 2] [--seed 0] [--tier T2]

First every program is graded once, the honest ones without an attacker beside them. Then one run of `grader grade`,
with one judge and one zygote, grades the class, in which a fifth are attacks that take no longer than `--limit`
seconds, a tenth variants of 01_softmax and the rest small. While it runs, memory and descriptors of judge, zygote and
client are read; a line is fitted to them by least squares. Results go to .grader/bench/soak.json. Exits with 1 when
judge or zygote grow, a record is wrong or missing, or something is left on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
from mixed_class import (
    Program,
    attacks,
    grade_command,
    larger_programs,
    mixed,
    records,
    results,
    small_programs,
    started,
    write_class,
)
from processes import Gone, Held, family, held
from support.gallery import Attack
from support.gallery_checks import left_on_the_machine, problems_in_record

from grader.box.walls.selftest import best_tier
from grader.box.walls.tiers import Tier
from grader.temporary import temporary_folder

OUT = Path(".grader/bench/soak.json")
_LARGER = 0.1  # share of 01_softmax
_EVERY = 20  # submissions between two readings
_MEASURES = ("resident", "proportional", "descriptors")
# Most per 1000 submissions. The share of memory that is shared with forks depends on how many there are just then.
_FLAT = {"resident": 2.0, "descriptors": 1.0}
Samples = dict[str, list[tuple[int, Held]]]  # process → (submissions done, what it held)


def graded_alone(folder: Path, name: str, programs: list[Program], tier: Tier) -> dict[str, dict[str, Any]]:
    """Return program → record, each graded once."""
    root = folder / name
    students = write_class(root, programs)
    grade(root, tier, jobs=2)
    found = records(root)
    if missing := [p.name for p, s in zip(programs, students, strict=True) if s not in found]:
        raise SystemExit(f"no record of {', '.join(missing)}: {(root / 'said').read_text()[-2000:]}")
    return {program.name: found[student] for program, student in zip(programs, students, strict=True)}


def grade(root: Path, tier: Tier, jobs: int) -> Samples:
    """Grade the class in `root`. Return what its processes held on the way. Raise SystemExit when it fails."""
    process = started(root, grade_command(tier.value, jobs), os.environ)
    samples: Samples = {"judge": [], "zygote": [], "client": []}
    next_reading = 0
    while process.poll() is None:
        time.sleep(0.2)
        if (done := lines_in(root / "out" / "journal.jsonl")) >= next_reading:
            try:
                found = {name: held(pid) for name, pid in family(process.pid, tier).items()}
            except Gone:
                continue
            for name, one in found.items():
                samples[name].append((done, one))
            next_reading = done + _EVERY
    if process.returncode not in (0, 1):
        raise SystemExit((root / "said").read_text()[-3000:])
    return samples


def lines_in(file: Path) -> int:
    try:
        return file.read_bytes().count(b"\n")
    except OSError:
        return 0


def trend(samples: Iterable[tuple[int, float]]) -> dict[str, float]:
    """Return where a line through them begins, its rise in 1000 submissions with that rise's error, and the most.

    The first tenth is left out: something is still being warmed up.
    """
    points = list(samples)
    points = points[len(points) // 10 :]
    x, y = np.array(points, dtype=float).T
    (slope, start), covariance = np.polyfit(x, y, 1, cov=True)
    error = float(np.sqrt(covariance[0, 0]))
    return {
        "begins": round(float(start), 2),
        "per_1000": round(1000 * float(slope), 3),
        "error": round(1000 * error, 3),
        "most": round(float(y.max()), 2),
        "readings": len(points),
    }


def trends(samples: Samples) -> dict[str, dict[str, dict[str, float]]]:
    return {
        name: {measure: trend((n, getattr(one, measure)) for n, one in read) for measure in _MEASURES}
        for name, read in samples.items()
    }


def growing(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """Return sentences about what judge and zygote hold more and more of: beyond the limit, and beyond chance."""
    return [
        f"{name}: {measure} grows by {line['per_1000']} ± {line['error']} per 1000 submissions"
        for name in ("judge", "zygote")
        for measure, limit in _FLAT.items()
        if (line := found[name][measure])["per_1000"] - 2 * line["error"] > limit
    ]


def wrong_records(
    root: Path, programs: list[Program], students: list[str], alone: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], int]:
    """Return what is wrong with records, and how many attacks ended otherwise than alone, but as they may."""
    found, otherwise, wrong = records(root), 0, []
    for program, student in zip(programs, students, strict=True):
        if (record := found.get(student)) is None:
            wrong.append(f"{student}, {program.name}: no record")
        elif results(record) != results(alone[program.name]):
            if program.attack is None:
                wrong.append(f"{student}, {program.name}: {difference(record, alone[program.name])}")
            else:
                otherwise += 1
        if record is not None and program.attack is not None:
            before = set(problems_in_record(program.attack, alone[program.name]))  # for the gallery to tell
            problems = [p for p in problems_in_record(program.attack, record) if p not in before]
            wrong += [f"{student}, {program.name}: {problem}" for problem in problems]
    return wrong, otherwise


def difference(record: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return the first test that differs, or key, in a few words."""
    if record["status"] != other["status"]:
        return f"{record['status']}: {record.get('fault', '')[:300]}"
    for test, alone in zip(record["tests"], other["tests"], strict=False):
        if test["outcome"] != alone["outcome"] or test["message"] != alone["message"]:
            return f"{test['id']} is {test['outcome']} ({test['message'][:200]}), alone {alone['outcome']}"
    one, two = results(record), results(other)
    return f"its {', '.join(key for key in one.keys() | two.keys() if one.get(key) != two.get(key))}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="submissions")
    parser.add_argument("--attacks", type=float, default=0.2, help="share of attacks")
    parser.add_argument("--limit", type=float, default=6.0, help="seconds that an attack may take, alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tier", default=best_tier().name)
    options = parser.parse_args()
    tier = Tier.parse(options.tier)
    with temporary_folder("grader-soak-") as folder:
        honest, hostile = [*small_programs(), *larger_programs()], attacks()
        alone = graded_alone(folder, "honest", honest, tier) | graded_alone(folder, "hostile", hostile, tier)
        quick = [p for p in hostile if alone[p.name]["seconds"] <= options.limit]
        left = sorted({p.name for p in hostile} - {p.name for p in quick})
        print(
            f"{len(honest)} honest programs, {len(quick)} attacks; too slow: {', '.join(left) or 'none'}",
            flush=True,
        )
        shares = [(options.attacks, quick), (_LARGER, larger_programs())]
        shares.append((1 - options.attacks - _LARGER, small_programs()))
        programs = mixed(options.count, shares, options.seed)
        root = folder / "soak"
        students = write_class(root, programs)
        before = time.perf_counter()
        samples = grade(root, tier, options.jobs)
        seconds = time.perf_counter() - before
        found = trends(samples)
        wrong, otherwise = wrong_records(root, programs, students, alone)
        wrong += growing(found) + [f"left behind: {what}" for what in left_on_the_machine(root)]
        events = (root / "out" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["event"] for line in events]
    result = {
        "submissions": len(programs),
        "attacks": sum(p.attack is not None for p in programs),
        "tier": tier.value,
        "jobs": options.jobs,
        "seed": options.seed,
        "seconds": round(seconds, 1),
        "events": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "attacks_otherwise_than_alone": otherwise,
        "attacks_not_as_the_gallery_says": sorted(
            p.name for p in quick if list(problems_in_record(cast(Attack, p.attack), alone[p.name]))
        ),
        "trends": found,
        "wrong": wrong,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    readings = {name: [(n, asdict(one)) for n, one in read] for name, read in samples.items()}
    OUT.write_text(json.dumps(result | {"readings": readings}, indent=1), encoding="utf-8")
    print(json.dumps(result, indent=1))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
