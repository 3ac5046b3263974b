"""Measure how long a student waits for `grader watch`: real saves in a fresh students' bundle, to what is printed.

    python benchmarks/watch.py [--unit 01_softmax] [--saves 25] [--pause 2.0]

Seconds from the save to the first verdict, where a function fails, and to all verdicts: median and 95th percentile.
Each save changes a comment. The first one after the start, which draws all examples, is printed apart. Results go to
.grader/bench/watch.json.
"""

from __future__ import annotations

import argparse
import json
import queue
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.authoring.release import release_bundle
from grader.course import Unit, find_course

_COUNTS = re.compile(r"\d+ (passed|failed)")
_PATIENCE = 300
OUT = Path(".grader/bench/watch.json")


class Watching:
    """`grader watch` in a bundle, and when it printed what."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._printed: queue.Queue[tuple[float, str]] = queue.Queue()
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.put((time.perf_counter(), line))

    def run(self) -> tuple[float | None, float, str]:
        """Return when the next run's first failure and its counts were printed, and the counts."""
        first = None
        while True:
            at, line = self._printed.get(timeout=_PATIENCE)
            if line.startswith("✗"):
                first = first or at
            if _COUNTS.match(line):
                return first, at, line.strip()

    def drain(self) -> None:
        while not self._printed.empty():
            self._printed.get()


@contextmanager
def watching(bundle: Path, unit: Unit) -> Iterator[Watching]:
    command = [sys.executable, "-m", "grader", "watch", unit.name]
    with subprocess.Popen(
        command, cwd=bundle, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield Watching(process)
        finally:
            process.terminate()


def measure(bundle: Path, unit: Unit, text: str, saves: int, pause: float) -> dict[str, dict[str, float]]:
    """Print and return how long a student waits who saves this text again and again."""
    module = bundle / "assignments" / unit.name / f"{unit.module}.py"
    module.write_text(text, encoding="utf-8")
    firsts, alls = [], []
    started = time.perf_counter()
    with watching(bundle, unit) as watched:
        _, at, counts = watched.run()
        print(f"  from the start to the first run's end: {at - started:.2f} s; {counts}")
        for number in range(saves + 1):
            time.sleep(pause)
            watched.drain()
            saved = time.perf_counter()
            module.write_text(f"{text}\n# save {number}\n", encoding="utf-8")
            first, every, counts = watched.run()
            if number:  # the first one may come while the spare worker starts
                firsts += [first - saved] if first else []
                alls.append(every - saved)
    waits = {"first failure": firsts, "all verdicts": alls}
    results = {what: summary(seconds) for what, seconds in waits.items() if seconds}
    for what, each in results.items():
        print(
            f"  save to {what:<16} median {each['median']:.3f} s   95 % {each['p95']:.3f} s   of {len(alls)}"
        )
    print(f"  {counts}")
    return results


def summary(seconds: list[float]) -> dict[str, float]:
    high = sorted(seconds)[min(len(seconds) - 1, round(0.95 * len(seconds)))]
    return {"median": statistics.median(seconds), "p95": high}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--unit", default="01_softmax")
    parser.add_argument("--saves", type=int, default=25)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two saves")
    given = parser.parse_args()
    course = find_course()
    unit = course.unit(given.unit)
    key = unit.reference.read_text(encoding="utf-8")
    last = list(unit.functions)[-1]
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(scratch) / "bundle"
        release_bundle(course, bundle)
        print(f"{unit.name}, right")
        results = {"right": measure(bundle, unit, key, given.saves, given.pause)}
        print(f"{unit.name}, {last} wrong")
        wrong = f"{key}\n\ndef {last}(*args, **kwargs):\n    return 0.0\n"
        results[f"{last} wrong"] = measure(bundle, unit, wrong, given.saves, given.pause)
    seconds = {f"{what}, {about}": each for about, of in results.items() for what, each in of.items()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"unit": unit.name, "saves": given.saves, "seconds": seconds}, indent=1))


if __name__ == "__main__":
    main()
