"""Measure how long a student waits: a cold `pytest` on one unit, against `import torch` plus an empty pytest run.

Wall seconds, the fastest of five each, taken in turns. The time of the tests themselves is subtracted:
it is the time of a second run in the same process.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.course import find_course

ROUNDS = 5


def wall(command: list[str], cwd: Path) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    return time.perf_counter() - started, done.stdout


def main() -> None:
    course = find_course()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "test_empty.py").write_text("def test_nothing():\n    pass\n")
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        graded = [*pytest, "--submission", "reference", "tests/01_softmax"]
        times: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            times.setdefault("import torch", []).append(
                wall([sys.executable, "-c", "import torch"], course.root)[0]
            )
            times.setdefault("empty pytest", []).append(wall([*pytest, scratch], Path(scratch))[0])
            seconds, _ = wall([*graded, "--collect-only"], course.root)
            times.setdefault("collect one unit", []).append(seconds)
            seconds, printed = wall(graded, course.root)
            times.setdefault("one unit, cold", []).append(seconds)
            passed = re.search(r"passed in ([\d.]+)s", printed)
            assert passed, printed
            times.setdefault("  of it, pytest's own count", []).append(float(passed[1]))
    best = {name: min(seconds) for name, seconds in times.items()}
    for name, seconds in best.items():
        print(f"{name:<30} {seconds:6.2f} s")
    base = best["import torch"] + best["empty pytest"]
    print(
        f"beyond the tests: {best['collect one unit']:.2f} s, {best['collect one unit'] / base:.2f} of the base"
    )


if __name__ == "__main__":
    main()
