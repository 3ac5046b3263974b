"""Measure what grading one submission costs, in CPU seconds, for each unit.

    python benchmarks/per_unit.py [--units 01_softmax,02_init] [--wheats N] [--chaffs N]

Three ways take turns on the same submissions, so that other work on the machine slows all of them down:
    tape     the kit, boxed: each test on the examples that were recorded once
    drawn    the kit, boxed: hypothesis draws for every submission
    bare     hypothesis in one warm process without any isolation, which was the limit before there was a tape
Start-up is apart. A way's cost is that of all its processes. Results go to .grader/bench/per_unit.json, unit by unit;
rows of other units stay there. Units that train come last, with one wheat and two chaffs: each takes minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from grader.authoring.audit import variants_of
from grader.box.walls.selftest import best_tier
from grader.course import Unit, find_course
from grader.course.stubs import generate_stub
from grader.judge.client import JudgeClient, JudgeSpec

SECRET = b"the benchmark's seeds are public"
OUT = Path(".grader/bench/per_unit.json")
WAYS = ("tape", "drawn", "bare")
_TICKS = os.sysconf("SC_CLK_TCK")


def submissions(unit: Unit, wheats: int, chaffs: int) -> dict[str, list[str]]:
    """Return the texts of some wheats, some chaffs and the stub."""
    variants = variants_of(unit)
    right = [v.text for v in variants if v.kind == "wheat"][:wheats]
    wrong = [v.text for v in variants if v.kind == "chaff"]
    step = max(1, len(wrong) // max(1, chaffs))
    return {"wheats": right, "chaffs": wrong[::step][:chaffs], "stub": [generate_stub(unit)]}


def settled_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants once the boxes have ended, which have another session."""
    while True:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one has just ended
            if not any(os.getsid(child) == child for child in descendants_of(pid)):
                return cpu_of_tree(pid)
        time.sleep(0.01)


def descendants_of(pid: int) -> list[int]:
    return [found for child in children_of(pid) for found in (child, *descendants_of(child))]


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_of_tree(pid: int) -> float:
    """Return the CPU seconds of a process, of its descendants, those that have ended included."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, stat[11:15])) / _TICKS
    return own + sum(map(cpu_of_tree, children_of(pid)))


class Judge:
    """The kit, boxed."""

    def __init__(self, stack: ExitStack, unit: Unit, *, tape: bool) -> None:
        spec = JudgeSpec(find_course().root, (unit.name,), best_tier().name, SECRET, tape=tape)
        self._unit = unit
        self._judge = stack.enter_context(JudgeClient(spec))
        self._judge.wait_until_ready()
        self.pid = self._judge.pid

    def grade(self, module: Path) -> None:
        """Grade a module. Raise RuntimeError when it was not run."""
        keys = [module.parent / f.name for f in self._unit.reference_dependencies]
        self._judge.submit("a", self._unit.name, module, dependencies=keys)
        if fault := self._judge.next_answer().fault:
            raise RuntimeError(fault)


class Bare:
    """Hypothesis in one warm process. One that a submission has ended starts anew."""

    def __init__(self, stack: ExitStack, unit: Unit) -> None:
        self._command = [
            sys.executable,
            str(Path(__file__).with_name("warm_process.py")),
            unit.name,
            SECRET.hex(),
        ]
        stack.callback(lambda: self._process.kill())
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        self._expect("ready")

    def grade(self, module: Path) -> None:
        """Grade a module. Raise RuntimeError when it has ended the process."""
        assert self._process.stdin
        self._process.stdin.write(f"{module}\n")
        self._process.stdin.flush()
        self._expect("graded")

    def _expect(self, line: str) -> None:
        assert self._process.stdout
        if (got := self._process.stdout.readline().strip()) != line:
            raise RuntimeError(f"the bare process said {got!r}, not {line!r}")


def measured(unit: Unit, wheats: int, chaffs: int) -> dict[str, dict[str, float]]:
    """Return the mean CPU seconds a submission: kind → way → seconds, and the start-up of each way."""
    kinds = submissions(unit, wheats, chaffs)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ways = {
            "tape": Judge(stack, unit, tape=True),
            "drawn": Judge(stack, unit, tape=False),
            "bare": Bare(stack, unit),
        }
        results = {"start-up": {name: settled_cpu(way.pid) for name, way in ways.items()}}
        for kind, texts in kinds.items():
            costs: dict[str, list[float]] = {name: [] for name in WAYS}
            for number, text in enumerate(texts):
                module = written(unit, text, scratch / f"{kind}{number}")
                for name, way in ways.items():
                    costs[name].append(cost_of(way.pid, lambda w=way, m=module: w.grade(m)))
            results[kind] = {name: statistics.mean(each) for name, each in costs.items()}
            results[kind]["n"] = len(texts)
    return results


def cost_of(pid: int, work: Callable[[], None]) -> float:
    before = settled_cpu(pid)
    work()
    return settled_cpu(pid) - before


def written(unit: Unit, text: str, folder: Path) -> Path:
    """Write a submission, and the answer keys of the units that it depends on. Return its module."""
    folder.mkdir()
    for key in unit.reference_dependencies:
        (folder / key.name).symlink_to(key)
    module = folder / f"{unit.module}.py"
    module.write_text(text, encoding="utf-8")
    return module


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", default="")
    parser.add_argument("--wheats", type=int, default=4)
    parser.add_argument("--chaffs", type=int, default=8)
    options = parser.parse_args()
    course = find_course()
    units = (
        [course.unit(name) for name in options.units.split(",")] if options.units else course.units.values()
    )
    results = json.loads(OUT.read_text()) if OUT.exists() else {}
    print("CPU seconds a submission        tape   drawn    bare   tape/bare  tape/drawn")
    for unit in sorted(units, key=trains):
        most = (1, 2) if trains(unit) else (options.wheats, options.chaffs)
        name = unit.name
        results[name] = measured(unit, *most)
        for kind, costs in results[name].items():
            tape, drawn, bare = (costs[w] for w in WAYS)
            label = f"{name} {kind} ({costs['n']})" if "n" in costs else f"{name} {kind}"
            print(
                f"{label:<28}{tape:>8.2f}{drawn:>8.2f}{bare:>8.2f}{tape / bare:>12.2f}{tape / drawn:>12.2f}",
                flush=True,
            )
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(json.dumps(dict(sorted(results.items())), indent=1))


def trains(unit: Unit) -> bool:
    return (unit.tests / "thresholds.toml").exists()


if __name__ == "__main__":
    main()
