"""A machine that stands still for a while is no fault of the submission's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from support import ROOT, UNIT, needs_walls

SLEEPER = """
import time


def logsumexp(x, dim=-1, keepdim=False):
    time.sleep(0.05)  # long enough for the machine to stop in the middle of it
    m = x.amax(dim, keepdim=True)
    total = m + (x - m).exp().sum(dim, keepdim=True).log()
    return total if keepdim else total.squeeze(dim)
"""


def _family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found = [pid]
    for process in found:
        found += [p for p, parent in parents.items() if parent == process]
    return found


@needs_walls
def test_time_in_which_the_judge_did_not_run_is_not_counted(tmp_path: Path, secret: Path) -> None:
    """Frozen as a whole for longer than a test may wait, and then woken again: no test times out."""
    module = tmp_path / "softmax.py"
    module.write_text(SLEEPER)
    toml = (ROOT / "tests" / UNIT / "unit.toml").read_text(encoding="utf-8")
    assert "test_cpu_seconds = " in toml
    course = tmp_path / "course"
    for tree in ("assignments", "reference", "tests"):
        (course / tree).mkdir(parents=True)
        subprocess.run(["cp", "-r", ROOT / tree / UNIT, course / tree], check=True)
    (course / "tests" / UNIT / "unit.toml").write_text(_with_limit(toml, 0.3))
    grading = subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", module, "--unit", UNIT, "--json", "--secret", secret],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    frozen = 0
    while grading.poll() is None and frozen < 3:
        family = _family(grading.pid)
        if len(family) < 4:  # command, judge, zygote, and a judge's fork or a box
            time.sleep(0.05)
            continue
        for process in family:
            os.kill(process, signal.SIGSTOP)
        time.sleep(3.5)  # ten times the limit, and more
        for process in reversed(family):
            os.kill(process, signal.SIGCONT)
        frozen += 1
        time.sleep(0.4)
    out, err = grading.communicate(timeout=120)
    assert frozen == 3, err
    tests = json.loads(out)["tests"]
    slow = [t for t in tests if t["of"] == "logsumexp" and t["outcome"] == "timeout"]
    assert not slow, [(t["id"], t["message"]) for t in slow]


def _with_limit(toml: str, seconds: float) -> str:
    lines = [
        f"test_cpu_seconds = {seconds}" if line.startswith("test_cpu_seconds") else line
        for line in toml.splitlines()
    ]
    return "\n".join(lines) + "\n"
