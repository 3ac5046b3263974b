"""Measure what somebody waits for who has just met the kit: the demo, and each step of `make test`.

    python benchmarks/first_minutes.py [--without-tests]

Wall and CPU seconds of `grader demo`, the seconds until its first page is there, and those of each command that
`make -n test` lists. Results go to .grader/bench/first_minutes.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grader.course import find_course

OUT = Path(".grader/bench/first_minutes.json")


def timed(command: list[str], cwd: Path, until: Path | None = None) -> dict[str, Any]:
    """Run the command to its end. until: a file to wait for, whose seconds are told apart."""
    before, started = os.times(), time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    about: dict[str, Any] = {}
    while until is not None and process.poll() is None and not until.exists():
        time.sleep(0.02)
    if until is not None:
        about["first_page"] = time.perf_counter() - started
    about["status"] = process.wait()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {**about, "wall": time.perf_counter() - started, "cpu": cpu}


def steps_of_tests(root: Path) -> list[str]:
    """Return the commands of `make test`, but for setting up."""
    listed = subprocess.run(
        ["make", "-n", "test"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    lines = listed.replace("\\\n", " ").splitlines()
    return [
        line.strip() for line in lines if line.strip() and "pip install" not in line and "-m venv" not in line
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-tests", action="store_true")
    options = parser.parse_args()
    root = find_course().root
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "demo"
        demo = [sys.executable, "-m", "grader", "demo", "--out", str(out)]
        result: dict[str, Any] = {"demo": timed(demo, root, out / "report" / "index.html")}
        result["demo"]["submissions"] = len(list((out / "submissions").glob("*/*/*.py")))
    print(json.dumps(result["demo"]), flush=True)
    result["tests"] = []
    for step in [] if options.without_tests else steps_of_tests(root):
        result["tests"].append({"step": step, **timed(["bash", "-c", step], root)})
        print(json.dumps(result["tests"][-1]), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
