"""Measure what a box and a submission cost at each tier that this machine offers, side by side.

    python benchmarks/tiers.py [--rounds N] [--unit 01_softmax] [--submissions N]

The tiers take turns, so that other work on the machine slows all of them down. A box is forked, raises its walls,
imports a module of one function, and answers one call; then it is killed. Milliseconds of elapsed time until the
answer, and of CPU time of the zygote and its boxes, until they are gone. A submission is the unit's answer key, graded.
Results go to .grader/bench/tiers.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from per_unit import cost_of, cpu_of_tree, settled_cpu, written

from grader.box.boxed import WalledBox
from grader.box.walls.selftest import best_tier
from grader.box.walls.tiers import Tier
from grader.box.zygote_handle import BoxSpec, ZygoteHandle
from grader.course import find_course
from grader.judge.client import JudgeClient, JudgeSpec

OUT = Path(".grader/bench/tiers.json")
MODULE = "def double(x):\n    return 2 * x\n"


def tiers() -> list[str]:
    names = [tier.name for tier in Tier]
    return names[: names.index(best_tier().name) + 1]


class Boxes:
    """The boxes of one zygote."""

    def __init__(self, stack: ExitStack, tier: str, module: Path, folder: Path) -> None:
        self._zygote = ZygoteHandle(tier=tier)
        stack.callback(self._zygote.close)
        self._zygote.wait_until_warm()
        self.pid = self._zygote.pid
        spec = BoxSpec(str(module), "", (), tier, 2**30, 600)
        self._box = WalledBox(self._zygote, spec, folder, test_cpu_seconds=60, submission_cpu_seconds=600)

    def answer_once(self) -> float:
        """Return the milliseconds until a new box has answered."""
        began = time.perf_counter()
        self._box.begin_test()
        assert self._box.request("call", "double", [2], {}, None) == 4
        passed = time.perf_counter() - began
        self._box.restart()
        return 1000 * passed


def of_boxes(rounds: int) -> dict[str, dict[str, float]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "handed_in").mkdir()
        module = folder / "handed_in" / "doubling.py"
        module.write_text(MODULE)
        boxes = {}
        for name in tiers():
            (folder / name).mkdir()
            boxes[name] = Boxes(stack, name, module, folder / name)
        for each in boxes.values():
            each.answer_once()  # the first one warms up what is copied on write
        elapsed: dict[str, list[float]] = {name: [] for name in boxes}
        began = {name: settled_cpu(each.pid) for name, each in boxes.items()}
        for _ in range(rounds):
            for name, each in boxes.items():
                elapsed[name].append(each.answer_once())
        time.sleep(1)
        cpu = {name: cpu_of_tree(each.pid) - began[name] for name, each in boxes.items()}
        return {
            name: {
                "median ms": statistics.median(elapsed[name]),
                "fastest ms": min(elapsed[name]),
                "cpu ms": 1000 * cpu[name] / rounds,
            }
            for name in boxes
        }


def of_submissions(unit_name: str, times: int) -> dict[str, float]:
    course = find_course()
    unit = course.unit(unit_name)
    text = unit.reference.read_text(encoding="utf-8")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        judges = {
            name: stack.enter_context(JudgeClient(JudgeSpec(course.root, (unit.name,), name, b"public")))
            for name in tiers()
        }
        for judge in judges.values():
            judge.wait_until_ready()
        costs: dict[str, list[float]] = {name: [] for name in judges}
        for k in range(times):
            module = written(unit, text, folder / str(k))
            for name, judge in judges.items():

                def grade(judge: JudgeClient = judge, module: Path = module) -> None:
                    keys = [module.parent / key.name for key in unit.reference_dependencies]
                    judge.submit("a", unit.name, module, dependencies=keys)
                    if fault := judge.next_answer().fault:
                        raise RuntimeError(fault)

                costs[name].append(1000 * cost_of(judge.pid, grade))
        return {name: statistics.median(each) for name, each in costs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--unit", default="01_softmax")
    parser.add_argument("--submissions", type=int, default=5)
    options = parser.parse_args()
    results: dict[str, object] = {"box": of_boxes(options.rounds)}
    for name, row in results["box"].items():  # type: ignore[attr-defined]
        print(f"{name}  " + "  ".join(f"{what} {value:.1f}" for what, value in row.items()), flush=True)
    if options.submissions:
        results["submission, cpu ms"] = of_submissions(options.unit, options.submissions)
        print(f"{options.unit}, CPU ms a submission: {results['submission, cpu ms']}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
