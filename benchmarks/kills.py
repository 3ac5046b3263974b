"""Kill processes of a grading at random times: nothing is lost, nothing is graded twice, and no record is another.

    python benchmarks/kills.py [--count 200] [--round 10] [--students 60] [--jobs 2] [--seed 0] [--tier T2]

A class is graded once, undisturbed. Then it is graded again and again, and while it is, `kill -9` ends the client, the
judge, the zygote or a box, whichever chance says, after a time at random. When it was the client, the class is graded
into the same folder once more. After a round of kills a grading goes on to its end, and its records are compared. The
journal and the log say how often each submission was graded. A submission whose boxes were killed at both of its tries
counts as ended by its own doing, as the kit has it; these are told apart. Results go to .grader/bench/kills.json; exits
with 1 when anything else is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mixed_class import grade_command, mixed, records, results, small_programs, started, write_class
from processes import JUDGE, Gone, boxes, children, family
from soak import difference
from support.families import family_of
from support.gallery_checks import left_on_the_machine

from grader.box.walls.selftest import best_tier
from grader.box.walls.tiers import Tier
from grader.temporary import temporary_folder

OUT = Path(".grader/bench/kills.json")
KINDS = ("client", "judge", "zygote", "box")
_PATIENCE = 300.0  # seconds of a grading without an end
_TRIES = 3  # gradings that nothing disturbs, until everything is done
_LEFT_ALONE = 65.0  # seconds until the folder of a client that was killed is taken for left over


@dataclass
class Kills:
    """The kills of one round: how many of each kind, and how many gradings there were."""

    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    gradings: int = 0


def disturbed(root: Path, tier: Tier, jobs: int, number: int, kills: Kills) -> None:
    """Grade the class until it is done, with so many kills on the way. What was not run is graded again, as one would.

    Raise SystemExit when it hangs, or when nothing is killed any more and it can't be done all the same.
    """
    undisturbed = 0
    while True:
        process = started(root, grade_command(tier.value, jobs), os.environ)
        kills.gradings += 1
        undisturbed += kills.done.total() >= number
        while process.poll() is None and kills.done.total() < number:
            _kill_something(process, tier, kills)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            raise SystemExit(f"it hangs after {dict(kills.done)}") from None
        _wait_until_gone(process.pid)
        if process.returncode == 0:
            return
        if undisturbed > _TRIES:
            raise SystemExit(f"it is never done: {(root / 'said').read_text(errors='replace')[-3000:]}")


def _kill_something(process: subprocess.Popen[str], tier: Tier, kills: Kills) -> None:
    """Wait for a while at random, then kill one of the processes, if the grading lasts that long."""
    kind = kills.chance.choice(KINDS)
    until = time.monotonic() + kills.chance.uniform(0.0, 3.0)
    found: list[int] = []
    while process.poll() is None and (time.monotonic() < until or not found):
        time.sleep(kills.chance.uniform(0.0, 0.02))
        found = _there(process.pid, kind, tier)
    if process.poll() is None:
        try:
            os.kill(kills.chance.choice(found), signal.SIGKILL)
        except ProcessLookupError:  # a box that has just ended
            return
        kills.done[kind] += 1
        if kind == "client":
            process.wait()


def _there(client: int, kind: str, tier: Tier) -> list[int]:
    """Return the processes of a kind, at any time from the start on."""
    if kind == "client":
        return [client]
    if kind == "judge":
        return children(client, JUDGE)
    try:
        zygote = family(client, tier)["zygote"]
    except Gone:
        return []
    return [zygote] if kind == "zygote" else boxes(zygote)


def _wait_until_gone(client: int) -> None:
    deadline = time.monotonic() + 30
    while family_of(client):
        if time.monotonic() > deadline:
            raise SystemExit(f"processes of a killed grading are left: {family_of(client)}")
        time.sleep(0.05)


def wrong_in(root: Path, students: list[str], expected: Mapping[str, Any]) -> list[str]:
    """Return what is lost, differs, or was graded twice."""
    found = records(root)
    wrong = [f"{student}: no record" for student in students if student not in found]
    wrong += [
        f"{student}: {difference(found[student], expected[student])}"
        for student in students
        if student in found and results(found[student]) != results(expected[student])
        if not _struck_twice(found[student])
    ]
    log = _lines(root / "out" / "log.jsonl")
    graded = Counter(e["student"] for e in log if e["event"] == "graded")
    entries = [line["record"] for line in _lines(root / "out" / "journal.jsonl") if "record" in line]
    kept = Counter(record["student"] for record in entries if record["status"] == "graded")
    wrong += [f"{student}: graded {n} times, by the log" for student, n in graded.items() if n > 1]
    wrong += [f"{student}: {n} grades in the journal" for student, n in kept.items() if n > 1]
    for record in entries:
        known = found.get(record["student"])
        if record["status"] == "graded" and known is not None and known != record:
            wrong.append(f"{record['student']}: the record is not that of the journal")
    return wrong


def _struck_twice(record: Mapping[str, Any]) -> bool:
    """Return True for a record of a second try in which a box was killed again. No program here does so itself."""
    return any("killed by SIGKILL" in test["message"] for test in record["tests"])


def _lines(file: Path) -> list[dict[str, Any]]:
    """Return the lines that are JSON: a kill may have cut one short."""
    found = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="kills")
    parser.add_argument("--round", type=int, default=10, help="kills until the records are compared")
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tier", default=best_tier().name)
    options = parser.parse_args()
    tier, chance = Tier.parse(options.tier), random.Random(options.seed)
    before, all_kills, gradings, twice, wrong = time.perf_counter(), Counter[str](), 0, 0, []
    with temporary_folder("grader-kills-") as folder:
        students = write_class(
            folder / "class", mixed(options.students, [(1.0, small_programs())], options.seed)
        )
        root = folder / "class"
        disturbed(root, tier, options.jobs, 0, Kills(chance))
        expected = records(root)
        while (left := options.count - all_kills.total()) > 0:
            shutil.rmtree(root / "out")
            kills = Kills(chance)
            disturbed(root, tier, options.jobs, min(options.round, left), kills)
            all_kills += kills.done
            gradings += kills.gradings
            found = wrong_in(root, students, expected)
            twice += sum(map(_struck_twice, records(root).values()))
            print(
                f"{dict(kills.done)} in {kills.gradings} gradings: {'; '.join(found) or 'all as it was'}",
                flush=True,
            )
            wrong += found
        time.sleep(_LEFT_ALONE)
        shutil.rmtree(root / "out")
        disturbed(root, tier, options.jobs, 0, Kills(chance))  # clears up what killed clients have left
        wrong += [f"left behind: {what}" for what in left_on_the_machine(root)]
    result = {
        "kills": dict(all_kills),
        "gradings": gradings,
        "struck_twice": twice,
        "students": options.students,
        "tier": tier.value,
        "jobs": options.jobs,
        "seed": options.seed,
        "seconds": round(time.perf_counter() - before, 1),
        "wrong": wrong,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps(result, indent=1))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
