"""Grade a large class of 01_softmax with `grader grade`, twice: time, and the memory of judge and zygote on the way.

    python benchmarks/large_class.py [--students 1000] [--jobs 2] [--fresh 10]

Half of the class hands in wheats, a third chaffs, the rest stubs, and 2 % misbehave (loops, floods, forks, ...). No
two submissions are the same, for twins would be graded once. The second run finds everything graded. A sample is also
run by a fresh `python -m pytest` each, on the same tests. Results go to .grader/bench/large_class.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import cycle, islice
from pathlib import Path

from processes import Gone, family, held

from grader.authoring.audit import variants_of
from grader.authoring.demo.class_ import misbehaving
from grader.box.walls.selftest import best_tier
from grader.course import find_course
from grader.course.stubs import generate_stub

UNIT = "01_softmax"
OUT = Path(".grader/bench/large_class.json")


def class_texts(students: int) -> list[str]:
    """Return the texts of so many submissions, in an order in which the kinds are mixed."""
    unit = find_course().unit(UNIT)
    variants = variants_of(unit)
    bad = [v.text for v in misbehaving(unit)]
    kinds = {
        "wheats": (0.5, [v.text for v in variants if v.kind == "wheat"]),
        "chaffs": (0.34, [v.text for v in variants if v.kind == "chaff"]),
        "stubs": (0.14, [generate_stub(unit)]),
        "misbehaving": (0.02, bad),
    }
    places = [
        ((number + 0.5) / share, text)
        for share, texts in kinds.values()
        for number, text in enumerate(islice(cycle(texts), round(students * share)))
    ]
    return [f"{text}\n# {number}\n" for number, (_, text) in enumerate(sorted(places))]


def write_class(folder: Path, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        module = folder / f"student{number:04}" / UNIT / "softmax.py"
        module.parent.mkdir(parents=True)
        module.write_text(text, encoding="utf-8")


class Memory(threading.Thread):
    """Samples the resident megabytes of a grading's judge and zygote, twice a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.samples: dict[str, list[float]] = {"judge": [], "zygote": []}
        self._pid = pid
        self._tier = best_tier()

    def run(self) -> None:
        while Path(f"/proc/{self._pid}").exists():
            with contextlib.suppress(Gone):
                found = family(self._pid, self._tier)
                for name, samples in self.samples.items():
                    samples.append(held(found[name]).resident)
            time.sleep(0.5)


def graded(folder: Path, jobs: int) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Grade the class. Return wall and CPU seconds, and the samples of memory."""
    command = [sys.executable, "-m", "grader", "grade", "class", "--out", "graded", "--jobs", str(jobs)]
    root = find_course().root
    before, started = os.times(), time.perf_counter()
    process = subprocess.Popen(
        [*command, "--secret", str(folder / "secret")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root), "GRADER_COURSE": str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    (memory := Memory(process.pid)).start()
    _, said = process.communicate()
    if process.returncode not in (0, 1):
        raise SystemExit(said)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    memory.join(2)
    return {"wall": time.perf_counter() - started, "cpu": cpu}, memory.samples


def fresh(modules: list[Path]) -> float:
    """Return the mean CPU seconds of a fresh pytest a submission."""
    course = find_course()
    before = os.times()
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
        subprocess.run(command, cwd=course.root, capture_output=True, timeout=600)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used / max(1, len(modules))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        texts = class_texts(options.students)
        write_class(folder / "class", texts)
        first, samples = graded(folder, options.jobs)
        second, _ = graded(folder, options.jobs)
        right = sorted((folder / "class").glob("*/*/softmax.py"))[: options.fresh]
        result = {
            "students": len(texts),
            "jobs": options.jobs,
            "first": first,
            "second": second,
            "fresh_pytest_cpu": fresh(right),
            "megabytes": {
                name: {"early": each[len(each) // 10], "late": each[-2], "most": max(each)}
                for name, each in samples.items()
                if len(each) > 2
            },
        }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
