"""Measure the cost of grading beyond the tests themselves, side by side in one run.

On 30 submissions of 01_softmax, wheats, chaffs and stubs listed apart, CPU and wall seconds a submission of
    a) the kit, boxed
    b) a fresh `python -m pytest` process each, on the same tests
    c) the same tests in one warm process without any isolation: the limit
with one job, so that wall times compare. The one start-up of a and c is listed apart.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader.authoring.audit import variants_of
from grader.box.walls import best_tier
from grader.course import find_course
from grader.course.stubs import generate_stub
from grader.judge.client import JudgeClient, JudgeSpec

UNIT = "01_softmax"
SECRET = b"the benchmark's seeds are public"
Cost = tuple[float, float]  # CPU, wall


def submissions(folder: Path) -> dict[str, list[Path]]:
    """Write 30 modules into `folder` and return them: 12 wheats (some twice), 12 chaffs, 6 stubs."""
    unit = find_course().unit(UNIT)
    variants = variants_of(unit)
    wheats = [v.text for v in variants if v.kind == "wheat"]
    chaffs = [v.text for v in variants if v.kind == "chaff"]
    step = max(1, len(chaffs) // 12)
    texts = {
        "wheats": (wheats * 12)[:12],
        "chaffs": chaffs[::step][:12],
        "stubs": [generate_stub(unit)] * 6,
    }
    modules: dict[str, list[Path]] = {}
    for kind, sources in texts.items():
        for number, text in enumerate(sources):
            module = folder / f"{kind}{number}" / f"{unit.module}.py"
            module.parent.mkdir()
            module.write_text(text, encoding="utf-8")
            modules.setdefault(kind, []).append(module)
    return modules


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[[list[Path]], None], modules: list[Path]) -> Cost:
    """Return the CPU seconds of the processes that `work` starts and ends, and the wall seconds."""
    cpu, wall = cpu_of_children(), time.perf_counter()
    work(modules)
    return cpu_of_children() - cpu, time.perf_counter() - wall


def boxed(modules: list[Path]) -> None:
    course = find_course()
    with JudgeClient(JudgeSpec(course.root, (UNIT,), best_tier().name, SECRET)) as judge:
        judge.wait_until_ready()
        for number, module in enumerate(modules):
            judge.submit(str(number), UNIT, module)
            answer = judge.next_answer()
            assert not answer.fault, answer


def fresh(modules: list[Path]) -> None:
    course = find_course()
    for module in modules:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--hypothesis-profile=official",
            "-pno:cacheprovider",
        ]
        command += [f"--submission={module}", f"tests/{UNIT}"]
        done = subprocess.run(
            command, cwd=course.root, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
        )
        assert done.returncode in (0, 1), done.stdout.decode()[-2000:]


def warm(modules: list[Path]) -> None:
    listing = json.dumps([str(m) for m in modules])
    script = Path(__file__).with_name("warm_process.py")
    subprocess.run([sys.executable, str(script), UNIT, SECRET.hex()], input=listing.encode(), check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        kinds = submissions(Path(scratch))
        start = {name: measured(run, []) for name, run in (("a", boxed), ("c", warm))}
        print(f"start-up, once a class: a {start['a'][0]:.2f} s CPU, c {start['c'][0]:.2f} s CPU\n")
        print(
            "seconds a submission      a) boxed       b) fresh pytest  c) warm, bare    a ≤ 1.2c+0.05  (b−c)/(a−c)"
        )
        total = {"a": [0.0, 0.0], "b": [0.0, 0.0], "c": [0.0, 0.0]}
        for kind, modules in kinds.items():
            costs = {}
            for name, run in (("a", boxed), ("b", fresh), ("c", warm)):
                cost = measured(run, modules)
                once = start.get(name, (0.0, 0.0))
                costs[name] = [(cost[i] - once[i]) / len(modules) for i in (0, 1)]
                total[name] = [total[name][i] + costs[name][i] * len(modules) / 30 for i in (0, 1)]
            show(f"{kind} ({len(modules)})", costs)
        show("all (30)", total)


def show(label: str, costs: dict[str, list[float]]) -> None:
    for i, unit in enumerate(("CPU", "wall")):
        a, b, c = (costs[n][i] for n in "abc")
        ratio = (b - c) / (a - c) if a > c else float("inf")
        verdict = "yes" if a <= 1.2 * c + 0.05 else "no"
        print(f"{label:<12} {unit:<5} {a:>14.3f} {b:>18.3f} {c:>15.3f} {verdict:>16} {ratio:>12.1f}")


if __name__ == "__main__":
    main()
